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
    "third.aside": """
        Identity checked by [document|security questions].
        Customer for [five|ten|fifteen] years.
        Came with [a daughter|a relative].
        Customer is in a hurry.
        Travels to {elsewhere} this week.
        """,
    "third.context": """
        It happened on {day}.
        [Attaches|Shows] [screenshots|the receipt].
        Says they talked to {agent} before.
        Product: {product}.
        """,
    "third.context.calm": """
        Says {agent} told them to ask here.
        Product: {product}.
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
        thank you for your [attention|time].
        """,
    "closing.plain": """
        [thanks|thank you|thanks for your help|regards].
        hoping to hear from you.
        """,
    "closing.chatty": """
        [thanks|cheers|take care|gracias].
        """,
    "closing.angry": """
        please answer.
        nothing more to say.
        """,
    "closing.furious": """
        [answer|do something] now!
        you have 24 hours.
        """,
    "plant": """
        [my number is|you can call me at] {phone}.
        [my e-mail is|you can write to me at] {email}.
        [I am|my name is|this is] {name}.
        I am {name}, {id_type} {national_id}.
        my {id_type} is {national_id}.
        I live at {address}, {place}.
        [the account is|it is account] {account}.
        the card is {card}.
        """,
    "plant.firm": """
        [our number is|you can call us at] {phone}.
        [our e-mail is|you can write to us at] {email}.
        I am writing for {name}.
        the company is {name}, {id_type} {national_id}.
        we are at {address}, {place}.
        [the account is|it is account] {account}.
        the card is {card}.
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
