"""English words and phrases for any topic: greetings, small talk, moods, good-byes."""

WORDS = {
    "fast": """
        [in a day|within two days|in five minutes|the same day]
        [today|yesterday|this morning|this week]
        [quickly|without any fuss|at last|in the end]
        """,
    "long_ago": """
        [last year|months ago|a year ago]
        """,
    "recently": """
        [yesterday|a few days ago|last week]
        """,
    "somebody": """
        [a friend|my sister|a colleague|a neighbour|my boss|my cousin]
        """,
    "opening.formal": """
        Dear Sir or Madam,
        To whom it may concern,
        Dear customer service,
        """,
    "opening.plain": """
        [Good morning|Good afternoon|Hello][,|.]
        Hi there,
        Hello team,
        """,
    "opening.chatty": """
        [hi|hey] guys,
        hey there,
        hiya,
        hola, hi,
        """,
    "opening.angry": """
        let's see if anyone reads this [now|today].
        me again.
        is anybody there?
        """,
    "opening.furious": """
        this is [outrageous|unbelievable|a joke]!
        how many times do I have to say this?
        enough is enough!
        """,
    "aside": """
        I have been a customer for [five|ten|fifteen] years.
        Writing from my phone, sorry for the mistakes.
        I was about to travel to {place} with the family.
        I could not go to the branch today because [it is raining|I work late|I have the flu].
        My daughter helps me write this.
        It was my [son's|mother's] birthday, of all days.
        I moved to you from another bank because a friend said so.
        Everything fine here in {place}, thank God.
        Mostly I use my {product}, hardly anything else.
        Ya tú sabes how it is here, siempre running.
        """,
    "third.aside": """
        Identity checked by [document|security questions].
        Customer for [five|ten|fifteen] years.
        Came with [a daughter|a relative].
        Customer is in a hurry.
        Travels to {place} this week.
        """,
    "context": """
        It was on {day}[|, if I am not mistaken|, I think].
        I already [talked to {agent}|checked the app|looked at the website] and it was not clear.
        {agent} told me to write here.
        I have [screenshots|the receipt] if you need them.
        I talked about it with {somebody}.
        It is about my {product}.
        """,
    "third.context": """
        It happened on {day}.
        [Attaches|Shows] [screenshots|the receipt].
        Says they talked to {agent} before.
        Product: {product}.
        """,
    "feel.anger": """
        I am [really|very|quite] [upset|angry|annoyed].
        I am fed up.
        This is disrespectful.
        """,
    "feel.fury": """
        [You are thieves|This is robbery|Give me back what is mine]!
        [I will report you|I am moving to another bank|Never again]!
        Shame on you[| all].
        Worst bank ever[|, zero stars].
        """,
    "feel.disappointment": """
        [What a disappointment|I expected more from you].
        To be honest, I [am disappointed|expected better].
        It did not use to be like this.
        """,
    "feel.worry": """
        [Honestly, |]I am [worried|quite worried].
        I [cannot sleep|cannot stop thinking] about it.
        I am afraid it will happen again.
        I do not know what to do.
        """,
    "feel.sadness": """
        It makes me [very |]sad.
        That money was for [my mother's medicine|the children's school].
        I ended up crying in the street.
        """,
    "feel.gratitude": """
        [Many thanks|Thank you so much|Thanks a lot][| for everything].
        I really appreciate it.
        """,
    "feel.joy": """
        I am [so happy|delighted].
        [What a relief|Great|Ten out of ten].
        """,
    "feel.neutral": """
        That is all.
        [Thanks|Thanks in advance].
        """,
    "mood.anger": """
        Customer is [upset|angry|annoyed].
        Raises their voice.
        """,
    "mood.fury": """
        Customer [shouts|threatens to report the bank|says they will close their accounts].
        """,
    "mood.disappointment": """
        Says they expected better.
        """,
    "mood.worry": """
        Customer is worried.
        """,
    "mood.sadness": """
        Customer cries during the call.
        """,
    "mood.gratitude": """
        Says thank you[| to {agent}].
        """,
    "mood.joy": """
        Leaves happy.
        """,
    "mood.neutral": """
        Customer was [informed|advised].
        Nothing further.
        """,
    "closing.formal": """
        I [look forward to|await] your [reply|answer].
        Thank you for your [attention|time].
        """,
    "closing.plain": """
        [Thanks|Thank you|Thanks for your help|Regards].
        Hoping to hear from you.
        """,
    "closing.chatty": """
        [thanks|cheers|take care|gracias].
        """,
    "closing.angry": """
        Please answer.
        Nothing more to say.
        """,
    "closing.furious": """
        [Answer|Do something] now!
        You have 24 hours.
        """,
    "plant": """
        [My number is|You can call me at] {phone}.
        [My e-mail is|You can write to me at] {email}.
        [I am|My name is|This is] {name}.
        I am {name}, {id_type} {national_id}.
        My {id_type} is {national_id}.
        I live at {address}, {place}.
        [The account is|It is account] {account}.
        The card is {card}.
        """,
    "plant.firm": """
        [Our number is|You can call us at] {phone}.
        [Our e-mail is|You can write to us at] {email}.
        I am writing for {name}.
        The company is {name}, {id_type} {national_id}.
        We are at {address}, {place}.
        [The account is|It is account] {account}.
        The card is {card}.
        """,
    "third.plant": """
        Customer: {name}, {id_type} {national_id}.
        [Contact|Call back at]: {phone}.
        E-mail: {email}.
        Account {account}.
        Card {card}.
        Address: {address}.
        """,
    "signature": """
        {name}
        {name}, {id_type} {national_id}
        Kind regards, {name}
        """,
}

PRODUCTS = {
    "Tarjeta de crédito": "credit card",
    "Tarjeta de débito": "debit card",
    "Cuenta de ahorros": "savings account",
    "Banca móvil": "mobile banking",
    "Préstamo personal": "personal loan",
}
