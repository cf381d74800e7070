"""Spanish words and phrases for any topic: the vocabulary of each country, greetings, small talk, moods, good-byes."""

WORDS = {
    "plata": """
        dinero
        PE,CO,CL> plata
        MX> [dinero|lana]
        ES> [dinero|pasta]
        """,
    "mi_plata": """
        <mi/su> dinero
        PE,CO,CL> <mi/su> plata
        ES> <mi/su> [dinero|pasta]
        """,
    "celular": """
        PE,MX,CO,CL,US> celular
        ES> móvil
        """,
    "la_compu": """
        PE,MX,US> la [computadora|compu]
        CL,CO> el computador
        ES> el ordenador
        """,
    "app": """
        3* app
        aplicación
        """,
    "agencia": """
        PE> la agencia
        ES,CO> la oficina
        ES,MX,CO,CL,US> la sucursal
        """,
    "asesor": """
        asesor
        ejecutivo
        ES> gestor
        """,
    "asesor_tienda": """
        PE,CO> mozo
        ES> camarero
        MX> mesero
        CL> garzón
        cajero
        vendedor
        """,
    "fast": """
        [en un día|en dos días|en cinco minutos|el mismo día]
        [hoy|ayer|esta mañana|esta semana]
        [rápido|sin tanto trámite|por fin|al final]
        PE> al toque
        MX> luego luego
        CL> altiro
        CO> de una
        """,
    "long_ago": """
        hace [meses|un año|dos años]
        el año pasado
        """,
    "recently": """
        [ayer|anteayer|hace unos días|la semana pasada]
        """,
    "somebody": """
        [un amigo|una amiga|mi hermana|un compañero de trabajo|una vecina]
        [mi suegra|mi primo|mi jefe]
        """,
    "opening.formal": """
        Estimados señores:
        Señores del banco:
        A quien corresponda:
        De mi consideración:
        """,
    "opening.plain": """
        [Buenos días|Buenas tardes|Buenas noches][,|.]
        Hola,
        Hola, [buenos días|buenas tardes].
        PE,CO,CL> Buen día,
        """,
    "opening.chatty": """
        hola hola,
        [hola|buenas], ¿qué tal?
        PE> hola, amigos,
        ES> buenas,
        MX> [qué tal|qué onda],
        CO> hola, qué pena molestar,
        CL> hola, ¿cómo están?
        US> hi, buenas tardes,
        """,
    "opening.angry": """
        [a ver si ahora sí leen|a ver si alguien lee esto].
        [otra vez yo|vuelvo a escribir].
        ¿[Hay alguien ahí|Alguien lee esto]?
        """,
    "opening.furious": """
        ¡[Esto es el colmo|Ya basta|Esto es increíble]!
        ¿Hasta cuándo?
        ¡[Qué|Vaya] [desastre|vergüenza|falta de respeto]!
        MX> ¡No manchen!
        ES> ¡Menuda tomadura de pelo!
        CL> ¡Ya po, qué poca seriedad!
        PE> ¡Qué tal lisura!
        """,
    "third.aside": """
        Se valida identidad con [documento|preguntas de seguridad].
        Cliente [desde hace|con] [cinco|diez|quince] años[ en el banco|].
        Viene con [su hija|un familiar].
        Se le nota [tranquil@|apurad@].
        Indica que viaja a {elsewhere} esta semana.
        """,
    "third.context": """
        Ocurrió el {day}.
        [Adjunta|Muestra] [capturas|recibo|comprobantes].
        Refiere haber hablado antes con {agent}.
        Producto: {product}.
        """,
    "third.context.calm": """
        Dice que {agent} le indicó venir.
        Producto: {product}.
        """,
    "mood.anger": """
        Cliente se muestra [molest@|alterad@|fastidiad@].
        Sube la voz.
        """,
    "mood.fury": """
        Cliente [grita|amenaza con denunciar|dice que cerrará sus cuentas].
        """,
    "mood.disappointment": """
        Dice que esperaba otra cosa del banco.
        """,
    "mood.worry": """
        Se le nota preocupad@.
        Pide que se vea pronto porque no está tranquil@.
        """,
    "mood.sadness": """
        Cliente llora durante la atención.
        """,
    "mood.gratitude": """
        [Agradece|Da las gracias][| a {agent}].
        """,
    "mood.joy": """
        Se va content@.
        """,
    "mood.neutral": """
        Se [le informa|le orienta|registra] [según procedimiento|y se cierra la atención].
        Sin más observaciones.
        """,
    "closing.formal": """
        [agradezco|agradeceré] [su atención|su pronta respuesta|de antemano su atención].
        [quedo|me despido,] atent@[| a su respuesta].
        a la espera de su respuesta, les saluda atentamente.
        """,
    "closing.plain": """
        [gracias|muchas gracias|gracias por su ayuda].
        [quedo atent@|espero su respuesta|saludos].
        """,
    "closing.chatty": """
        [gracias|mil gracias|un abrazo|saludos|bendiciones].
        MX> porfa y gracias.
        ES> venga, un saludo.
        CL> ya po, gracias.
        CO> Dios les pague.
        PE> ya pues, gracias.
        US> thank you.
        """,
    "closing.angry": """
        [espero respuesta|respondan], por favor.
        [nada más que decir|ustedes verán].
        """,
    "closing.furious": """
        ¡[Respondan|Hagan algo] ya!
        [tienen 24 horas|espero respuesta hoy mismo].
        """,
    "plant": """
        [mi número es|me pueden llamar al|mi {celular} es] {phone}.
        [mi correo es|pueden escribirme a] {email}.
        [soy|les habla|mi nombre es] {name}.
        [soy|mi nombre es] {name}, {id_type} {national_id}.
        mi {id_type} es {national_id}.
        vivo en {address}, {place}.
        [la cuenta es la|es en la cuenta] {account}.
        la tarjeta es la {card}.
        """,
    "plant.firm": """
        [nuestro número es|nos pueden llamar al] {phone}.
        [nuestro correo es|pueden escribirnos a] {email}.
        [escribo|les escribo] de {name}.
        [la empresa es|es a nombre de] {name}, {id_type} {national_id}.
        estamos en {address}, {place}.
        [la cuenta es la|es en la cuenta] {account}.
        la tarjeta es la {card}.
        """,
    "third.plant": """
        Cliente: {name}, {id_type} {national_id}.
        [Teléfono de contacto|Llamar al]: {phone}.
        Correo: {email}.
        [Titular|Se identifica como]: {name}.
        Cuenta {account}.
        Tarjeta {card}.
        Domicilio: {address}.
        """,
    "signature": """
        {name}
        {name}, {id_type} {national_id}
        Atentamente, {name}
        """,
}

ANSWERS = {
    "upheld": "Se declara procedente el reclamo y se atiende lo solicitado.",
    "partly_upheld": "Se declara procedente en parte; se reconoce la mitad de lo solicitado.",
    "rejected": "Se declara improcedente: la operación fue validada con clave.",
    "explained": "Se explicó al cliente el detalle del caso.",
    "withdrawn": "El cliente desistió.",
}
