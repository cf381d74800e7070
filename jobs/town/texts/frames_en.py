"""What an English text is written for: the sentences of each intent around whatever the cause is."""

# An alternative is one line, however long.
# ruff: noqa: E501

FRAMES = {
    "story": """
        {core}
        {now}
        """,
    "complaint": """
        3* [my complaint is this|this is a complaint]: {story}.
        5* you [wrote|told me] that {fixed}. [not true|that did not happen|nothing has changed here].
        5* I have asked [three times|for weeks] for one thing: {request}. [nothing|still not done].
        4* {story}. can you tell me {ask}?
        3* I need [help|someone to look at this]: {story}.
        2* {agent} was kind and explained {ask}, but still {story}.
        2* instead of [ads|offers], look at my case: {story}.
        6* {story}.
        2* [I am writing|I write|the reason for this message is] because {story}.
        2* [so,|well,|what happened is that] {story}.
        2* I [want|would like] to [complain|put on record] that {story}.
        2* can [you|anyone] explain why {story}?
        2* I would like to know how it can be that {story}.
        I do not usually write complaints, but {story}.
        2* {story} and [nobody answers|nobody tells me anything|that is where it stands].
        {story} and {agent} tells me [to wait|it is normal|nothing can be done].
        3* it is not about {other.thing}, [that was sorted out|that one is fine]: it is that {story}.
        4* {long_ago} {other.core} and you solved it [well|in two days]; this time {story} and [nothing|nobody does anything].
        2* [at first|first] I thought it was {other.thing}, but no: {story}.
        3* I [called|came in] to ask about {other.thing} and [then|by chance] learnt something worse: {story}.
        3* thank you for sorting out {other.thing}; what is still not right is the other matter: {story}.
        2* {other.nice}, I give you that. but {story}.
        3* {somebody} told me that {other.core3} and I did not believe it; now something [else|worse] happens to me: {story}.
        2* never mind {other.thing}. my problem is this: {story}.
        """,
    "complaint.again": """
        this is the [second|third|fourth] time I [write|call|say this]: {story}.
        I already complained because {story} and you closed the case without doing anything.
        you answered with a template about {other.thing}, but my complaint is that {story}.
        still the same: {story}.
        """,
    "complaint.vague": """
        same problem as last week.
        same thing again, that makes [three|four].
        the usual. {thing}, again.
        I told {agent} and was told it was done. it is not.
        """,
    "complaint.third": """
        2* customer asks why {story}.
        2* was told that {fixed}; says nothing has changed.
        2* has asked for one thing for weeks: {request}. not done.
        2* {story}. asks {ask}.
        6* customer [says|states|reports] that {story}.
        2* [calls|comes in] and says that {story}.
        2* complains because {story}.
        2* {story}. wants [a solution|an explanation].
        2* asked about {other.thing}, all in order; complains because {story}.
        3* says that {long_ago} {other.core}, case closed. now reports that {story}.
        2* says a relative had something with {other.thing}; their own case is another: {story}.
        points out it is not about {other.thing}: {story}.
        """,
    "complaint.sarcasm": """
        [excellent|great] service: {story}. [thank you|ten out of ten].
        [well done|a big thank you] to {agent}: {story}.
        {sarcasm}.
        {sarcasm}. [truly, a round of applause|keep it up|what a great service].
        [bravo|brilliant|wonderful]. {sarcasm}.
        """,
    "complaint.brief": """
        complaint: {curt}
        2* they say {fixed}. not true
        2* asked for {request}, nothing
        {curt}. do you know {ask}?
        thanks, but {now}
        need help: {core}
        3* {curt}
        2* {now}
        {core}
        please help, {curt}
        [hi|hello], {now}
        {other.thing} is fine, but {curt}
        not {other.thing}, it is that {now}
        """,
    "enquiry": """
        4* {somebody} is [furious|upset] because {story3} and nobody answers. I only want to know {ask}.
        3* I read a comment that said: “{curt}”. not my case, but can you tell me {ask}?
        2* I have no problem with {thing}, I just do not understand {ask}.
        3* I [would like|need] to know {ask}.
        3* could you tell me {ask}?
        2* a [quick|small] question: can you tell me {ask}?
        2* this is not a complaint, I just want to know {ask}.
        4* {somebody} told me that {core3}; can you tell me {ask}? [it has not happened to me|just in case|I want to be prepared].
        3* {long_ago} {core.past} and it was solved; now I only want to know {ask}.
        3* is it true what people say, that many had something with {thing}? I would like to know {ask}.
        please tell me {ask}, and also {other.ask}.
        at my [old|last] bank {core.past}; before I move here, I want to know {ask}.
        """,
    "enquiry.third": """
        3* customer does not complain; says a neighbour had it ({story3}) and asks {ask}.
        2* saw complaints online about {thing}; asks {ask}.
        3* customer [asks|wants to know] {ask}.
        2* [calls|comes in] to ask {ask}. explained.
        2* says a relative had something similar ({thing}) and asks {ask}.
        2* says that {long_ago} {core.past}, already solved; today only asks {ask}.
        asks {ask} and {other.ask}. no complaint.
        """,
    "enquiry.brief": """
        2* {somebody} says that {now3}. do you know {ask}?
        somebody wrote “{curt}”. can you tell me {ask}?
        3* can you tell me {ask}?
        question: {ask}
        {somebody} had a mess with {thing}. do you know {ask}?
        """,
    "request": """
        3* {somebody} is very [upset|worried] because {story3} and nobody solves it. before it happens to me, I would like {request}.
        3* the complaint I made because {core} is over. now I need {request}.
        3* I [would like|need] {request}.
        2* I am writing because I would like {request}.
        3* {long_ago} {core.past} and it was sorted out; for my records I need {request}.
        3* {somebody} told me that {core3}. so that it does not happen to me, I would like {request}.
        2* there is no problem, I just need {request}.
        I need {request} and, if possible, {other.request}.
        {agent} told me to ask here: I need {request}.
        at my old bank {core.past}, so here I would like {request}.
        """,
    "request.third": """
        2* says a neighbour had it ({story3}); just in case, would like {request}.
        2* earlier complaint ({core}) is over; would like {request}.
        3* customer [wants|asks for help, would like|would like] {request}.
        2* [calls|comes in], would like {request}. registered.
        2* says that {long_ago} {core.past}, solved; would like {request}.
        would like {request} and {other.request}.
        """,
    "request.brief": """
        {somebody} had it ({now3}); I want {request}
        not complaining any more, I just need {request}
        2* I need {request}
        please, I would like {request}
        I want {request}, can I do that here?
        """,
    "follow_up": """
        4* about my complaint ({story}): {agent} said there would be an answer this week. no hurry, just checking.
        3* I have already filed the complaint, it said: “{story}”. did it arrive, do you need anything from me?
        3* is there any news about my case? it was because {core}.
        2* how is it going with {thing}? [I was told there would be an answer this week|I know I am still within the time].
        3* [here is|I attach] the [document|screenshot|form] that {agent} asked for for my case: {core}.
        2* {agent} said one paper was missing for {thing}; I sent it, did it arrive?
        2* I would like to know the state of my case, opened because {core}.
        I was told ten days for {thing} and it has been [four|five]; just checking that it is in progress.
        """,
    "follow_up.third": """
        3* complaint already registered: {story}. customer only [brings the missing document|confirms the e-mail|asks for the date of the answer].
        2* customer asks for the state of the case opened because {core}. told it is within the time limit.
        2* hands in the document that was asked for; case opened because {core}.
        calls about the case of {thing}; told it is in progress. satisfied.
        """,
    "follow_up.brief": """
        2* I wrote on {day}: “{curt}”. any news?
        my case is this one: {now}. here is what you asked for
        any news about {thing}?
        I sent the [screenshot|document] for {thing}, did it arrive?
        hi, how is my case going? I opened it because {core}
        """,
    "praise": """
        3* I was about to complain because {story} and nobody answered. {agent} saw it and {fixed}.
        2* I was [furious|very upset]: {core}. but I have to say it: {fixed}.
        2* I am not writing to complain, although {core.past}. I am writing because {fixed}.
        2* [congratulations|well done] to {agent}: {fixed}.
        2* [excellent|very good|great] [service|help]: {fixed}.
        4* {core} and I thought it would be a headache, but {fixed}.
        2* at my old bank {core.past} and nobody answered; here, in contrast, {nice}.
        2* I have [no complaints|nothing to complain about]: {nice}.
        2* {nice}. [good service|keep it up].
        {nice} and also {other.nice}.
        """,
    "praise.third": """
        2* came in upset because {core}; today praises {agent} because {fixed}.
        2* customer is thankful: {fixed}.
        2* praises {agent}: {core}, but {fixed}.
        says that {nice}. thankful.
        """,
    "praise.brief": """
        {core}, and {fixed}. well done
        I thought: “{curt}”. but no, {fixed}
        {nice}
        {fixed}, thanks
        [all good|no problem] with {thing}
        [excellent|great], {nice}
        """,
    "solved": """
        3* yesterday I wrote to you upset: “{story}”. [forget it|I take it back], {fixed}.
        2* until this morning nothing had changed ({now}); I have just seen that {fixed}.
        2* do nothing about my complaint ({story}): {fixed}.
        2* just to let you know it is solved: {fixed}.
        4* I wrote to you because {core}. [no longer needed|you can close the case]: {fixed}.
        2* I withdraw my complaint, {fixed}.
        2* in the end there was an explanation for {thing}: {fixed}.
        """,
    "solved.third": """
        2* complaint on record: {story}. customer calls to say that {fixed}.
        2* customer says that {fixed}; [case closed|withdraws the complaint].
        2* called {recently} because {core}; confirms today that {fixed}.
        """,
    "solved.brief": """
        about yesterday (“{curt}”), all done, {fixed}
        false alarm, {fixed}
        {fixed}, you can close my case
        all good now, {fixed}
        {thing} is sorted out now
        """,
    "other": """
        2* this message was for the other bank, not for you: {story} and nobody answers. sorry.
        2* {somebody} complains to another bank that {story3}; it made me laugh. all good here.
        I read [an article|something in the news] about {thing} and thought of you. interesting topic.
        a suggestion: put up a notice about {thing} [on the website|at the branch], many people would like it.
        in my finance class we talked about {thing}; the teacher said that {core3}.
        {somebody} works for another bank and says that over there {other.nice3}. anyway, greetings.
        here is my CV in case you need an agent in {place}; I have experience with {thing}.
        wrong [chat|address], this was for [the shop|my insurance]: {core}. sorry.
        we offer [courses|services] for banks about {thing}. let us know.
        happy anniversary to the bank from {place}.
        just testing the form, no need to answer. test topic: {thing}.
        """,
    "other.third": """
        2* called this number by mistake: {story}, but with another bank.
        person offers [courses|services] about {thing}; not a customer.
        wrong number: was looking for [a shop|another bank] because {core}.
        leaves a suggestion: a notice about {thing} at the branch.
        leaves a CV.
        """,
    "other.brief": """
        2* sorry, that was for another bank: {curt}
        a friend always says “{curt}”, it makes me laugh
        [haha|lol], wrong chat
        test
        saw the ad about {thing}
        happy new year everyone
        do you need an agent in {place}?
        had something with {thing} at another bank, not here
        """,
    "demand": """
        [Please|I want you to] [solve this|fix it|look into it][| soon].
        I expect an answer in writing.
        I expect [an apology|an explanation].
        """,
    "demand.money": """
        Please refund {amount}.
        I want [my money|the {amount}] back.
        I [demand|request] [a refund|the reversal] of {amount}.
        """,
    "demand.third": """
        Wants [a solution|an answer in writing|it looked into].
        """,
    "demand.money.third": """
        [Wants|Demands] {amount} back.
        [Asks for|Wants] a refund[| of {amount}].
        """,
}
