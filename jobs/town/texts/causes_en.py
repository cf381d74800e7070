"""How each cause is told in English: the trouble, its end, and what people ask, want and praise about it."""

# An alternative is one line, however long.
# ruff: noqa: E501

# The symbols are those of causes_es.py; `request` follows "I would like", `ask` is an indirect question.
CAUSES = {
    "unrecognised_charge.core": """
        a [charge|payment|purchase] of {amount}[| on {day}] [showed up|appeared] on <my/their> card{ending} that <I/they> did not make
        <I was/they were> charged {amount} [by a shop in {elsewhere}|for something bought online|by a website] <I/they> never heard of
        somebody used <my/their> card{ending} [on {day}|at night|in {elsewhere}] and spent {amount}
        a text came in about a {amount} purchase while <I was/they were> [asleep|at work|at home]
        {amount} [was taken|left <my/their> account] [on {day}|at a cash machine in {elsewhere}] and it was not <me/them>
        {amount} went out for a subscription <I/they> never [signed up for|asked for]
        """,
    "unrecognised_charge.now": """
        there is a [line|transaction] of {amount} on the statement that is not <mine/theirs>
        <I have/they have> never been to {elsewhere}, yet the statement shows [a dinner|a hotel|a shop] there
        the card has been in <my/their> drawer for weeks and someone still [uses it|spends with it] [online|in {elsewhere}]
        <I am/they are> paying for [a stranger's shopping|someone else's dinners]
        someone else spent {amount} on {day} with <my/their> card number
        """,
    "unrecognised_charge.curt": """
        not my [purchase|charge]
        {amount} [in {elsewhere}|on {day}] and I never left home
        someone is having fun with my card
        never bought that
        """,
    "unrecognised_charge.thing": """
        the [unknown|strange] [charge|purchase]
        the charge I did not recognise
        an unrecognised [charge|payment]
        """,
    "unrecognised_charge.ask": """
        what one should do about a charge one does not recognise
        how many days there are to [report|dispute] a purchase
        how online purchases can be [blocked|switched off]
        which shop the charge of {amount}[| on {day}] belongs to
        """,
    "unrecognised_charge.request": """
        the details of the [charge|purchase] of {amount}[| on {day}]
        to have online purchases [blocked|switched off] on <my/their> card{ending}
        a text message for every purchase on <my/their> card
        """,
    "unrecognised_charge.fixed": """
        the {amount} that <I/they> did not spend was refunded {fast}
        you cancelled {fast} the purchase that was not <mine/theirs>
        <my/their> card was replaced {fast} after the strange charge
        """,
    "unrecognised_charge.nice": """
        you spotted a strange purchase and stopped it at once
        every purchase shows up on <my/their> phone within seconds
        """,
    "unrecognised_charge.sarcasm": """
        [thanks|congratulations] for letting a stranger go shopping with my card
        so generous of me to pay for someone else's [dinner|holiday]
        """,
    "undue_fee.core": """
        <I was/they were> charged {amount} for [account maintenance|membership|insurance] [without warning|that nobody asked for|that is not in the contract]
        a fee of {amount} [appeared|showed up] on <my/their> statement[| on {day}] that nobody had mentioned
        {amount} was taken for [a withdrawal|a transfer] in {elsewhere}
        the account was opened as free and [on {day}|a month later] you took {amount}
        the price of the account went up and {amount} was taken
        """,
    "undue_fee.now": """
        the free account now costs {amount} a month
        every month {amount} disappears and the contract says nothing about it
        <my/their> savings [shrink|get smaller] by {amount} instead of growing
        even [looking at the balance|taking out <my/their> own money|breathing] costs something here
        """,
    "undue_fee.curt": """
        another [made-up|mystery] fee
        {amount} for maintenance of I do not know what
        that is not in my contract
        paying to keep my own money
        """,
    "undue_fee.thing": """
        the [maintenance fee|monthly fee|membership fee]
        the fee[| of {amount}]
        """,
    "undue_fee.ask": """
        how much account maintenance [is|costs]
        when the membership fee is charged and how it can be waived
        what the fee is for [withdrawals|transfers] from {elsewhere}
        what the fee of {amount} is for
        """,
    "undue_fee.request": """
        [a breakdown|a waiver] of the {amount} fee
        to [move|switch] <my/their> account to one without fees
        the current price list of the account
        """,
    "undue_fee.fixed": """
        the fee of {amount} was [refunded|waived] {fast}
        the maintenance charge was removed {fast}
        you explained the fee {fast} and it was in the contract
        """,
    "undue_fee.nice": """
        <I have/they have> never paid a fee here
        the free account really is free
        """,
    "undue_fee.sarcasm": """
        [thanks|congratulations] for charging me to keep my own money
        {amount} for the privilege of being your customer, how lovely
        """,
    "blocked_card.core": """
        <my/their> card{ending} was blocked [without warning|on {day}|for no reason]
        the card{ending} was declined [at the till|in {place}|on {day}] and <I/they> had to leave everything there
        the cash machine[| in {place}] swallowed <my/their> card[| on {day}]
        [the payment was|three payments were] refused although there was money
        the PIN was right and the card got locked anyway
        """,
    "blocked_card.now": """
        <my/their> card{ending} [is|is still] [blocked|locked|dead] since {day}
        there is money and <I/they> still cannot [pay|take any out]
        <I have/they have> been [borrowing cash|living on borrowed cash] for a week because the plastic does not work
        <I am/they are> stuck in {elsewhere} with no way to pay the hotel
        at every till it says the same: "declined"
        """,
    "blocked_card.curt": """
        declined [again|with money on it]
        card dead since {day}
        cannot even buy bread
        locked [again|and nobody knows why]
        """,
    "blocked_card.thing": """
        the [blocked|locked|declined] card
        the card block
        the card in the cash machine
        """,
    "blocked_card.ask": """
        how a card can be [unblocked|activated]
        how long a card stays locked after a wrong PIN
        how to announce a trip to {elsewhere} so that the card is not blocked
        what to do when the cash machine keeps the card
        """,
    "blocked_card.request": """
        to [unblock|activate] <my/their> card{ending}
        a new PIN for the card{ending}
        to have <my/their> card enabled for a trip to {elsewhere}
        a temporary block on <my/their> card{ending}
        """,
    "blocked_card.fixed": """
        the card was [unblocked|working again] {fast}
        the card that the cash machine kept came back {fast}
        the blocked card works again, sorted {fast}
        """,
    "blocked_card.nice": """
        the card works everywhere, even in {elsewhere}
        the lost card was blocked in time
        """,
    "blocked_card.sarcasm": """
        [thanks|congratulations] for blocking my card with a full trolley and a queue behind me
        great feeling, having money and paying with a smile
        """,
    "refund_delay.core": """
        <I/they> returned [the goods|a TV|the shoes] on {day} and the {amount} did not come back
        you promised [the refund|to pay back {amount}|the reversal] within [a week|ten days] and it did not arrive
        <I/they> cancelled [a trip|a booking|an order] in {elsewhere} and the {amount} never came back
        the shop cancelled the {amount} purchase on {day} and the bank did not credit it
        the dispute over {amount} was won, but nothing was paid out
        """,
    "refund_delay.now": """
        <I am/they are> still [waiting for|without] the {amount} that was already [approved|given back]
        the shop says it paid, the bank says it did not, and the {amount} is nowhere
        <my/their> money has been [on holiday|in limbo] since {day}
        every morning <I/they> check the balance and nothing is there
        it is always "a couple more days" for the {amount}
        """,
    "refund_delay.curt": """
        my {amount} is nowhere to be seen
        still nothing in the account
        weeks waiting for what was already approved
        "a couple more days", they say
        """,
    "refund_delay.thing": """
        the [refund|reversal|money back]
        the refund of {amount}
        """,
    "refund_delay.ask": """
        how long a refund takes
        which account a refund is paid into
        how to ask for the money of a cancelled purchase
        what happens to the {amount} when a shop cancels a purchase
        """,
    "refund_delay.request": """
        [proof|a receipt] of the refund of {amount}
        to have the refund of {amount} paid into another account
        to start the refund of a cancelled purchase
        """,
    "refund_delay.fixed": """
        the refund of {amount} [arrived|came in] {fast}
        the {amount} for the goods <I/they> returned was credited {fast}
        the missing {amount} turned up in the account {fast}
        """,
    "refund_delay.nice": """
        the refund of a purchase came before the promised date
        <I/they> returned a purchase and had the money the next day
        """,
    "refund_delay.sarcasm": """
        [thanks|congratulations] for looking after my {amount} for so long, what a piggy bank
        take your time, I will use the money for my funeral
        """,
    "poor_service.core": """
        the clerk in the {place} branch was [rude|impatient]
        <I/they> waited [two hours|all morning|almost three hours] at the branch and <was/were> sent home
        {agent} [shouted at <me/them>|hung up|was rude] [on {day}|when <I/they> asked about a loan]
        <I/they> called [five|seven] times and got passed around with no help
        the call was cut off after forty minutes
        the people at the counter laughed at <my/their> [age|accent]
        """,
    "poor_service.now": """
        nobody at the branch [knows anything|even looks up|says hello]
        there is one counter open for fifty people and nobody cares
        every agent tells <me/them> something different
        it takes half an hour of music before anyone picks up
        going to the {place} branch means losing a whole morning
        """,
    "poor_service.curt": """
        two hours in line for nothing
        {agent}: [no manners|so rude]
        hung up on [me again|twice]
        nobody knows anything at the branch
        """,
    "poor_service.thing": """
        the service [at the branch|from {agent}|on the phone]
        the [wait|queue] at the branch
        """,
    "poor_service.ask": """
        what time the {place} branch opens
        how to get an appointment at the branch
        who to talk to if the agent does not answer
        which number to call to reach a person
        """,
    "poor_service.request": """
        an appointment at the {place} branch
        a call from {agent}
        to speak to [the manager|a supervisor] of the branch
        """,
    "poor_service.fixed": """
        {agent} sorted everything out {fast} and was very patient
        you apologised {fast} for the bad treatment
        the manager called {fast} to apologise for the wait
        """,
    "poor_service.nice": """
        at the {place} branch <I was/they were> served with no queue and a smile
        {agent} is a gem and explains everything
        """,
    "poor_service.sarcasm": """
        [thanks|congratulations] for the two-hour wait, I finished a whole novel
        so kind, you only hung up on me [twice|three times]
        """,
    "app_down.core": """
        the app [did not open|closed by itself|crashed] [on {day}|all weekend|in the middle of a transfer]
        <I/they> tried to [pay the power bill|make a transfer|pay the rent] and the app [gave an error|kept loading]
        the app was updated and then it did not let <me/them> past the password
        the system was down [on {day}|all day] and <I/they> missed a payment date
        the login code never came to <my/their> phone[| on {day}]
        """,
    "app_down.now": """
        the app [does not open|closes by itself|stays blank] [since {day}|every time <I/they> enter the password]
        the little wheel [spins and spins|never stops] and the bills stay unpaid
        it throws <me/them> out and everything starts over
        "try again later" is all <I/they> get since {day}
        neither the phone nor the computer lets <me/them> in
        """,
    "app_down.curt": """
        [does not open|crashes|will not load]
        "try again later". it is later
        blank screen [again|all day]
        locked out since {day}
        """,
    "app_down.thing": """
        the app
        the [error|outage] in the app
        the login on the phone
        """,
    "app_down.ask": """
        how to [install|update] the app on a new phone
        which phones the app works on
        how to recover the password of the app
        when the app is down for maintenance
        """,
    "app_down.request": """
        to [reset|recover] the password of the app
        to register a new phone in the app
        a higher transfer limit in the app
        """,
    "app_down.fixed": """
        the app [works|opens] again, fixed {fast}
        <I/they> got into the app {fast} with the new password
        the login error was fixed {fast}
        """,
    "app_down.nice": """
        the app [is fast|never crashes] and <I/they> pay everything by phone
        with the new version of the app a transfer takes two taps
        """,
    "app_down.sarcasm": """
        [thanks|congratulations] for the app, a true work of art: a blank screen
        I just love watching the little wheel while my bill goes overdue
        """,
    "double_charge.core": """
        <I was/they were> charged twice for one [purchase|dinner|order] of {amount}[| on {day}]
        the payment of {amount} [went out|appeared|was made] twice [on <my/their> card{ending}|from the account]
        the waiter ran the card again because "it did not go through" and both were [charged|taken]
        <I/they> paid [the power bill|the rent|a ticket] in {place} and {amount} left the account, and then {amount} again
        the app froze in the middle of a payment and two of {amount} went out
        """,
    "double_charge.now": """
        there is one receipt and two lines of {amount}
        the statement has two identical lines [on {day}|of {amount}]
        <I/they> bought one pair of shoes and paid for two
        there is {amount} too much for the same [dinner|bill]
        """,
    "double_charge.curt": """
        one purchase, two charges
        {amount} and again {amount}, same day
        one coffee for the price of two
        """,
    "double_charge.thing": """
        the [double|duplicate|repeated] [charge|payment]
        the purchase charged twice
        """,
    "double_charge.ask": """
        what happens if a payment goes out twice
        how to see whether a purchase of {amount} was charged once or twice
        how many days a duplicate payment takes to be reversed
        """,
    "double_charge.request": """
        the receipts of the two payments of {amount}
        to cancel one of the two payments of {amount} made by <my/their> own mistake
        the statement with the two purchases of {amount}
        """,
    "double_charge.fixed": """
        the second charge of {amount} was refunded {fast}
        you reversed {fast} the payment that went out twice
        the repeated charge was corrected {fast}
        """,
    "double_charge.nice": """
        the app warned that the same bill was about to be paid twice
        you noticed a duplicate payment before anyone else did
        """,
    "double_charge.sarcasm": """
        [thanks|congratulations] for charging me twice, once would have been too easy
        special offer: buy one, pay two
        """,
    "credit_denied.core": """
        the [loan|credit] was [turned down|refused] [on {day}|without any explanation|in five minutes]
        the loan was [approved|offered] and [on {day}|at the desk] you said no after all
        <I/they> handed in every paper at the branch and the application was refused
        because of a debt [that is paid|of someone else] <I was/they were> refused the loan
        you cut the loan in half on the day of signing
        """,
    "credit_denied.now": """
        <I/they> meet every requirement and the answer is no
        "does not qualify", and nobody says what is missing
        you call every week to offer money and when <I/they> want it, no
        without that money <I/they> lose [the house|the business]
        """,
    "credit_denied.curt": """
        first you offer, then you say no
        "does not qualify", full stop
        ten years paying on time and the answer is no
        """,
    "credit_denied.thing": """
        the [loan|credit] [application|review]
        the loan
        """,
    "credit_denied.ask": """
        what the requirements for a loan are
        how long a loan application takes
        for what reasons a loan is refused
        when one may apply again after a refusal
        """,
    "credit_denied.request": """
        [a review|a simulation] of a loan
        the reason for the answer to <my/their> loan application in writing
        an increase of the loan
        """,
    "credit_denied.fixed": """
        the loan that had been refused was [approved|paid out] {fast}
        you looked at the application again {fast} and it went through
        you explained {fast} why the loan was refused
        """,
    "credit_denied.nice": """
        <I/they> got the loan without much paper
        the loan came through the same day
        """,
    "credit_denied.sarcasm": """
        [thanks|congratulations] for offering me a loan every week just to say no
        sure, why lend to someone who always paid
        """,
    "card_delivery.core": """
        <I/they> asked for the card [a month ago|on {day}|three times] and it did not reach {place}
        the card was marked as delivered on {day} and nobody got it
        the courier [went to another address|said nobody was home|never rang the bell]
        you sent the card to [an old address|{elsewhere}|another town]
        the plastic left the branch on {day} and got lost on the way
        """,
    "card_delivery.now": """
        <I have/they have> been [waiting for the courier|watching the window] for [a month|weeks] and nothing
        <I have/they have> had no plastic since the old one expired
        the tracking has said "on its way" since {day}
        the doorman has not seen any envelope from the bank
        it is always "tomorrow", for three weeks now
        """,
    "card_delivery.curt": """
        still no card
        it says "delivered". nobody came
        the courier is lost again
        """,
    "card_delivery.thing": """
        the [delivery|mailing] of the card
        the [new|missing] card
        the courier
        """,
    "card_delivery.ask": """
        how long a new card takes to {place}
        where to see where the card is
        who may receive the card if the holder is out
        """,
    "card_delivery.request": """
        to pick up the card at the {place} branch
        to change the delivery address of the card
        a [copy|renewal] of the card{ending} before it expires
        """,
    "card_delivery.fixed": """
        the card arrived {fast}
        you sent the lost card again {fast}
        <I/they> picked up the missing card at the branch {fast}
        """,
    "card_delivery.nice": """
        the new card got to {place} in two days
        the courier called first and waited
        """,
    "card_delivery.sarcasm": """
        [thanks|congratulations] to the courier, my card must have seen the whole country by now
        what fun, a month of hide-and-seek with my card
        """,
    "wrong_data.core": """
        <my/their> [name|surname|address] was wrong on the [statement|card|contract]
        <I/they> asked you on {day} to correct <my/their> data and [nothing changed|it came out wrong again]
        you sent the letters to [an old address|{elsewhere}|a neighbour]
        <I was/they were> registered with somebody else's [document|surname|birthday]
        the codes went to a phone <I/they> no longer have
        """,
    "wrong_data.now": """
        for the bank <I/they> still have another name
        the card shows a surname that nobody in <my/their> family has
        the system thinks <I/they> live in a house <I/they> left years ago
        one letter of <my/their> name is missing and so <I/they> cannot [sign|cash a cheque]
        you keep writing to an e-mail <I/they> dropped long ago
        """,
    "wrong_data.curt": """
        that is not my [surname|name]
        third time I correct it, still wrong
        have not lived there for years
        """,
    "wrong_data.thing": """
        the [mistake in the|wrong] [data|address|name]
        the change of [address|phone|e-mail]
        """,
    "wrong_data.ask": """
        how to [change|correct] [a surname|an address|a phone number]
        which document is needed to correct a name
        where to update the data: in the app or at the branch
        """,
    "wrong_data.request": """
        to [correct|update] <my/their> [address|e-mail|phone number|surname]
        to have the letters sent to <my/their> new address
        to register a new phone number
        """,
    "wrong_data.fixed": """
        the wrong surname was corrected {fast}
        the address and the phone were updated {fast}
        <my/their> data is right on the statement now, fixed {fast}
        """,
    "wrong_data.nice": """
        changing the address and the phone in the app took a minute
        <my/their> data was right the first time
        """,
    "wrong_data.sarcasm": """
        [thanks|congratulations] for the new name, I was tired of mine
        greetings to whoever lives at my old address and reads my letters
        """,
}
