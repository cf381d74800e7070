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
        CO> hola, ¿cómo están?, qué pena molestar,
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
    "aside": """
        [Soy|Somos] [cliente|clientes] [desde hace|hace] [cinco|diez|quince] años.
        Escribo desde el {celular}, disculpen los errores.
        Estaba por salir de viaje a {place} con la familia.
        Hoy no pude acercarme a {agencia} porque [llueve|trabajo hasta tarde|estoy con gripe].
        Mi hija me ayuda a escribir esto.
        Justo era el cumpleaños de mi [mamá|hijo|esposa].
        Trabajo [lejos|de noche] y solo puedo ver estas cosas [en el almuerzo|los sábados].
        Antes trabajaba con otro banco y me pasé a este por recomendación.
        Con este calor no provoca hacer colas.
        Aquí en {place} todo bien, gracias a Dios.
        Uso sobre todo mi {product}, lo demás casi nada.
        PE> Ya saben cómo es el tráfico.
        ES> Vamos, que tampoco es pedir la luna.
        MX> La neta yo no le sé mucho a esto.
        CO> Yo vivo pendiente de mis cosas, juiciosa la familia.
        CL> Uno igual anda a mil, po.
        US> Trabajo full time y no tengo mucho break.
        """,
    "third.aside": """
        Se valida identidad con [documento|preguntas de seguridad].
        Cliente [desde hace|con] [cinco|diez|quince] años[ en el banco|].
        Viene con [su hija|un familiar].
        Se le nota [tranquil@|apurad@].
        Indica que viaja a {place} esta semana.
        """,
    "context": """
        Fue el {day}[|, si no me equivoco|, creo].
        Ya [hablé con {agent}|revisé la {app}|busqué en la página] y no [encontré|me quedó clar@] nada.
        {agent} me dijo que escribiera por aquí.
        Tengo [las capturas|el recibo|los comprobantes] si hacen falta.
        Lo hablé con {somebody} y me dijo que les escribiera.
        Es por mi {product}.
        """,
    "third.context": """
        Ocurrió el {day}.
        [Adjunta|Muestra] [capturas|recibo|comprobantes].
        Refiere haber hablado antes con {agent}.
        Producto: {product}.
        """,
    "feel.anger": """
        Estoy [muy|bastante|francamente] [molest@|enojad@|fastidiad@|indignad@].
        Ya me [cansé|harté].
        [Es|Me parece] una falta de respeto.
        """,
    "feel.fury": """
        ¡[Son unos ladrones|Esto es un robo|Qué incapaces|Devuelvan lo que es mío]!
        ¡[Los voy a denunciar|Me voy a otro banco|Nunca más]!
        Una vergüenza[|, de verdad|, todos ustedes].
        Pésimo[|, pésimo|, cero estrellas].
        """,
    "feel.disappointment": """
        [Qué decepción|Qué pena|Esperaba más de ustedes].
        [La verdad,|] [me decepciona|esperaba otra cosa].
        Antes no era así.
        """,
    "feel.worry": """
        [La verdad,|] [me preocupa|estoy preocupad@|no sé qué hacer].
        No [he podido dormir|estoy tranquil@] pensando en esto.
        Me da miedo que [vuelva a pasar|pase a mayores].
        """,
    "feel.sadness": """
        [Me da|Da] mucha [tristeza|pena].
        Ese dinero era para [las medicinas de mi mamá|el colegio de los chicos].
        Me puse a llorar [en la calle|en la cola].
        """,
    "feel.gratitude": """
        [Muchas|Mil|Muchísimas] gracias[| de verdad| por todo].
        [Se agradece|Les agradezco] [mucho|de corazón].
        """,
    "feel.joy": """
        [Estoy|Quedé] [feliz|content@|encantad@].
        [Qué alegría|Así da gusto|Un diez].
        """,
    "feel.neutral": """
        [Eso es todo|Nada más por ahora].
        [Gracias|Gracias de antemano].
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
        [Agradezco|Agradeceré] [su atención|su pronta respuesta|de antemano su atención].
        [Quedo|Me despido,] atent@[| a su respuesta].
        A la espera de su respuesta, les saluda atentamente.
        """,
    "closing.plain": """
        [Gracias|Muchas gracias|Gracias por su ayuda].
        [Quedo atent@|Espero su respuesta|Saludos].
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
        [Espero respuesta|Respondan], por favor.
        [Nada más que decir|Ustedes verán].
        """,
    "closing.furious": """
        ¡[Respondan|Hagan algo] ya!
        [Tienen 24 horas|Espero respuesta hoy mismo].
        """,
    "plant": """
        [Mi número es|Me pueden llamar al|Mi {celular} es] {phone}.
        [Mi correo es|Pueden escribirme a] {email}.
        [Soy|Les habla|Mi nombre es] {name}.
        [Soy|Mi nombre es] {name}, {id_type} {national_id}.
        Mi {id_type} es {national_id}.
        Vivo en {address}, {place}.
        [La cuenta es la|Es en la cuenta] {account}.
        La tarjeta es la {card}.
        """,
    "plant.firm": """
        [Nuestro número es|Nos pueden llamar al] {phone}.
        [Nuestro correo es|Pueden escribirnos a] {email}.
        [Escribo|Les escribo] de {name}.
        [La empresa es|Es a nombre de] {name}, {id_type} {national_id}.
        Estamos en {address}, {place}.
        [La cuenta es la|Es en la cuenta] {account}.
        La tarjeta es la {card}.
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
