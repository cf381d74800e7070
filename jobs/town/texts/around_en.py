"""English sentences around the main one; see around_es.py for what no line may say."""

# An alternative is one line, however long.
# ruff: noqa: E501

# What fits a question as well as a complaint.
_ANY_MATTER = """
    {agent} told me to write here.
    I talked about it with {somebody}[| and was told to write to you].
    it is about my {product}.
    I looked on the website and [did not find it|it was not clear].
    {somebody} asked me whether it was {other.thing}, and [I said no|it is not].
    I read [the contract|the terms|the small print] twice before writing this.
    I went to the branch {recently} and [the queue went out of the door|there was one agent for all of us].
    if it helps, I can [come to the branch|send pictures|send the papers] [any day|next week|in the morning].
    I have [my contract|my papers|my passport] with me in case you need anything from there.
    I am writing down all the details so that there is no doubt about what I mean.
    they asked me about [my balance|my e-mail|my last payment|my purchases of the month] before they even listened to me.
    one person talked about [the card|a charge|a fee|the refund] and another one about [my details|the password|the loan|the delivery], and they did not agree with each other.
    in the chat I got a machine.
    the person at the counter gave me [a leaflet|a slip with a number|a business card] and that was it.
    I also asked [the lady at the entrance|whoever picks up the phone|another agent] about it.
    I would rather have it in writing than over the phone, so that I can read it again later.
    my phone is on all day, and in the evening I can talk for longer if you prefer that.
    I wrote down the time[| and the name of the person I talked to], out of habit.
    the agent looked at the screen for a long while and said they would have to ask somebody else.
    I kept [all the messages|the letter|the e-mails] you sent me in a folder, with the dates on them.
    it takes me two buses to get to the branch, so I only went once.
    I printed [the messages|the e-mails|the pages] so that I have everything in one place.
    I have it all in a notebook, with dates, times and the names of the people I talked to.
    I was asked to [wait until|call back] the next day, and so I did.
    somebody promised to send me an e-mail about it and asked me to check the spam folder as well.
    when I came back from the branch I wrote everything down while I still remembered it.
    """

WORDS = {
    "context": f"""
        {_ANY_MATTER}
        it was on {{day}}[|, if I am not mistaken|, I think].
        I already [talked to {{agent}}|checked the app|asked on the phone] and it was not clear.
        I have [screenshots|the receipt|the letters], just in case.
        I noticed it [when I got home|at work|while I was sorting my papers], quite by chance.
        I found out [early in the morning|in the afternoon|around noon|just before going to bed].
        I waited on the line for [twenty minutes|half an hour|almost an hour] and then the call dropped.
        I spent [a whole morning|the entire afternoon|my lunch break] [on this|on the phone].
        I told {{somebody}} who [used to work at a bank|knows about these things], and it sounded strange to them too.
        at first I thought it was my own mistake, so I checked everything [two|three] times.
        my [son|sister|mother] was with me and can tell you the same.
        at that moment I was [at the supermarket|at the office|on the bus|at the doctor's] and could not do much.
        until that day I had never had anything like it with you.
        you can listen to the recordings of that day, it is all on there.
        that day I had to [pay the electricity|buy things for school|take my mother to the doctor|pay the rent].
        I told the same story [three|four] times to different people, from the beginning each time.
        the first person I talked to was polite, but could not see my account on the screen.
        the second person said it belonged to another department and put me through to a line that kept ringing.
        I was given a reference number, wrote it on an envelope and kept it next to the phone.
        I asked for a supervisor and was told that one would call me [that afternoon|the next day|within the week].
        I went through my statements of the last [six|twelve] months, line by line, with a pen in my hand.
        I even took a morning off work to sort it out in person, which I cannot do every week.
        I was told that the system was slow that day, and that I should be patient.
        the two answers I was given on the phone did not match.
        I had to spell my name [three|four] times before they found me in the computer.
        I am copying here what I told the person on the phone, more or less word by word.
        all of this [is about|started with] {{thing}}.
        nobody had told me anything about {{thing}} before.
        I looked up {{thing}} online and it has happened to other people too.
        the first thing I asked was {{ask}}.
        I asked [two|three] times {{ask}}.
        on the phone I said that I would like {{request}}, and somebody took a note of it.
        I told the [agent|teller|person on the phone] in these words: “{{curt}}”.
        because of {{thing}} I lost [a day of work|half a day].
        I have notes of everything I was told about {{thing}}.
        I had to explain {{thing}} from the beginning to each person.
        US> the manager of the branch was not in that day, so I left my name with the teller.
        US> I drove forty minutes to the branch and back.
        PE,MX,CO,CL> at the branch nobody was comfortable speaking English, so we used a translator on the phone.
        ES> at the branch I was given an appointment for another day, and then it was moved.
        PE> I took a taxi across the city to get there before they closed.
        """,
    "context.calm": f"""
        {_ANY_MATTER}
        I want to put [my papers|my accounts|my payments] in order before the end of the month.
        my [sister|accountant|son] asked me to find out.
        it is not urgent, [take your time|answer when you can].
        I prefer to ask first.
        maybe it is explained somewhere and I missed it.
        if it is easier on the phone, that is fine too.
        """,
    "aside": """
        I have been a customer for [five|ten|fifteen] years.
        writing from my phone, sorry for the mistakes.
        I was about to travel to {elsewhere} with the family.
        I could not go to the branch today because [it is raining|I work late|I have the flu].
        my daughter helps me write this.
        it was my [son's|mother's] birthday, of all days.
        I moved to you from another bank because a friend said so.
        everything fine here in {place}, thank God.
        mostly I use my {product}, hardly anything else.
        ya tú sabes how it is here, siempre running.
        my salary has been paid into an account with you [for years|since I started working].
        the bills for water and electricity I pay [at the beginning of the month|in cash|at the end of the month], always in the same place.
        I buy little online, [almost everything comes from the market|I prefer the shops around the corner].
        there are [four|five|six] of us at home and almost all have an account with you.
        my [brother|father] has a card from another bank and never talks about money.
        the loan for the house is with another bank, that one has nothing to do with you.
        my [son|niece|grandson] set up the app for me and showed me where everything is.
        I am not good with [banks|technology|long e-mails], to be honest.
        we are saving for [a trip|a washing machine|our daughter's studies|a new roof].
        I changed jobs {recently} and my head is full of other things.
        these days I am [short of time|in the middle of moving|in and out of the doctor's], so forgive me if I repeat myself.
        I have a small business on the side with [food|clothes|spare parts] and most of my customers pay in cash.
        my mother is old now and I go to the bank with her.
        I go over my spending [every Sunday|every other week|at the weekend] in a notebook.
        I have kept all my receipts [for years|since I got married].
        when I was young I worked in [a shop|a warehouse|a hotel], so I know what it is to serve people.
        I live [close to|half an hour from|far from] the branch.
        in December we are all going to {elsewhere}.
        my [neighbour|sister-in-law|roommate] says that I write too much.
        sorry for the long message, that is how I am.
        my daughter studies in {elsewhere} and I send her money every month.
        I am never late with [my payments|my bills|my rent].
        I am [a teacher|a nurse|a taxi driver|a shopkeeper].
        I have [two children|three grandchildren|an old dog] and little time.
        I like [to put things in writing|to have everything in order], my family laughs about it.
        {somebody} wants to open an account and keeps asking me about you.
        on the radio they talked about [cards|loans|fees|buying online] {recently}.
        {long_ago} I moved to another [house|part of town] and got a new phone.
        I pay my suppliers by transfer [on Fridays|every other week].
        I learnt to use a computer [late in life|not long ago], so it takes me a while.
        today is my day off and I use it to write.
        my boss let me use the office computer to write this during the break.
        I have an account with another bank too, mostly for the rent and the phone bill.
        at home I am the one who takes care of the money, because nobody else wants to.
        we do not earn much, so we look twice at every payment, every fee and every purchase.
        I am writing this at the kitchen table while the children are asleep.
        English is not my first language, so I hope that I make myself clear.
        I would normally have called, but I explain myself better when I write.
        I studied accounting for a year, so numbers do not scare me.
        my partner and I share the costs of the house and settle up at the end of the month.
        I travel a lot for work, this week I am in {elsewhere}.
        when my father opened his first account, everything was still done with a stamp and a signature.
        I try to teach my children to save, each of them has a piggy bank and a list.
        I only carry a little cash with me and use a card for the rest, like most people I suppose.
        US> I work two jobs and my breaks are short.
        US> I am a veteran and I live on a fixed income.
        US> I send money to my family back home every month.
        US> we are in the middle of the school year and money is tight, as it is for everybody.
        US> I have a credit union for my car loan.
        PE,MX,CO,CL> I came here for work and I am still learning how things are done.
        PE,MX,CO,CL> my Spanish is not good enough to write this, so please bear with me.
        PE> I teach at a language school and my students are always curious about banks.
        ES> we moved to the coast here some years ago.
        ES> my neighbours here are English too and we help each other with paperwork.
        """,
    "feel.anger": """
        I am [really|very|quite] [upset|angry|annoyed].
        I am fed up.
        this is disrespectful.
        I am tired of [explaining the same thing|going round in circles|being passed from one person to the next].
        my blood boils [every time I think of it|just telling you about it].
        this is no way to treat [a customer|people|anybody].
        I feel [ignored|made fun of|like a number].
        every time I tell the story I get angrier.
        I am not going to [keep quiet|let this go].
        it makes me angry that I even have to write this.
        I have run out of patience.
        I do not understand how you can work like that.
        """,
    "feel.fury": """
        [you are thieves|this is robbery|give me back what is mine]!
        [I will report you|I am moving to another bank|never again]!
        shame on you[| all].
        worst bank ever[|, zero stars].
        [liars|crooks|useless]!
        have you no shame!
        this will be [on social media|in the papers|with the ombudsman].
        I am boiling with rage!
        I [cannot|will not] take it any more!
        you laugh at people[| and smile while you do it].
        I will tell everybody I know what kind of bank you are.
        somebody had better face me!
        the worst thing I have seen in my life.
        """,
    "feel.disappointment": """
        [what a disappointment|I expected more from you].
        to be honest, I [am disappointed|expected better].
        it did not use to be like this.
        I thought this bank was [different|more serious].
        I used to recommend you to [my friends|the whole family].
        it leaves a bitter taste.
        after so many years one expects to be treated differently.
        one trusts somebody and then this happens.
        this is not what the advertising promised.
        I feel [let down|disheartened].
        and I always spoke so well of you.
        the trust is not what it was.
        """,
    "feel.worry": """
        [honestly, |]I am [worried|quite worried].
        I [cannot sleep|cannot stop thinking] about it.
        I am afraid it will happen again.
        I do not know what to do.
        every time the phone rings I [jump|get nervous].
        my family is worried too.
        I go over it in my head [all night|all the time].
        my nerves are on edge.
        it scares me not to know [what will happen|how this ends].
        I keep checking my phone[|, just in case].
        I am afraid that it gets worse.
        """,
    "feel.sadness": """
        it makes me [very |]sad.
        that money was for [my mother's medicine|the children's school].
        I ended up crying in the street.
        I feel very alone with this.
        I had tears in my eyes when I [told my family|got home].
        it breaks my heart [to think of it|to see my mother like this].
        these days I do not feel like doing anything.
        it is sad that it came to this.
        I have a lump in my throat.
        one works so hard for every little thing.
        I do not even feel like [eating|going out|talking about it].
        I am sorry that I have to write this.
        """,
    "feel.gratitude": """
        [many thanks|thank you so much|thanks a lot][| for everything].
        I really appreciate it.
        """,
    "feel.joy": """
        I am [so happy|delighted].
        [what a relief|great|ten out of ten].
        """,
    "feel.neutral": """
        that is all.
        just so you know.
        """,
}
