"""What a Spanish text is written for: the sentences of each intent around whatever the cause is."""

# An alternative is one line, however long.
# ruff: noqa: E501

FRAMES = {
    "story": """
        {core}
        {now}
        """,
    "complaint": """
        ES> 2* ¿me podéis explicar por qué {story}?
        ES> 2* quería comentaros que {story}.
        ES> a ver si me echáis una mano, que {story}.
        MX> 2* disculpen, ¿me podrían apoyar? {story}.
        MX> oigan, {story}. ¿así o más claro?
        CO> 2* qué pena con ustedes, pero {story}.
        CO> vea pues, {story} y nadie da razón.
        CL> 2* fíjense que {story}.
        CL> {story}, po. ¿cachan?
        PE> señores, {story}. ya pues.
        US> 2* llamé al customer service y me dejaron on hold. {story}.
        US> I mean, {story}. so frustrating, de verdad.
        3* [mi reclamo es|esto es un reclamo|reclamo lo siguiente|mi queja es]: {story}.
        2* ya hablé con {somebody} y me dijo que ponga un reclamo: {story}.
        5* me [escribieron|dijeron|aseguraron] que {fixed}. [no es verdad|eso no pasó|aquí todo sigue igual].
        5* [pedí|solicité] [tres veces|hace semanas|por todos los canales] {request} y [nada|hasta ahora no lo hacen|sigo en lo mismo].
        4* {story}. ¿{ask}?
        3* [necesito|solicito|pido] [ayuda|que alguien lo vea|su apoyo]: {story}.
        2* una consulta: ¿por qué {story}?
        2* {agent} fue muy amable y me explicó {ask}, pero igual {story}.
        2* en lugar de [ofrecerme otra cosa|mandarme publicidad], vean mi caso: {story}.
        6* {story}.
        2* [les escribo|escribo|el motivo de este mensaje es] porque {story}.
        2* [resulta que|pasa que|lo que pasó es que|les cuento que] {story}.
        2* [quiero|quisiera] [reclamar|dejar constancia]: {story}.
        2* ¿[me pueden explicar|alguien me explica|me aclaran] por qué {story}?
        2* quisiera saber [por qué|cómo puede ser que] {story}.
        no suelo escribir [estas cosas|reclamos], pero {story}.
        2* {story} y [nadie responde|nadie me dice nada|nadie da la cara|hasta ahora nada].
        {story} y [{agent}|el {asesor}] me dice que [espere|es normal|no puede hacer nada].
        3* no es por {other.thing}, [eso ya lo arreglaron|eso ya quedó|de eso no me quejo]: es que {story}.
        4* {long_ago} {other.core} y lo [resolvieron|solucionaron] [bien|en dos días]; esta vez {story} y [nada|nadie hace nada].
        2* [primero|al comienzo] pensé que era {other.thing}, pero no: {story}.
        3* [llamé|fui] para preguntar por {other.thing} y [ahí|de paso] me enteré de algo peor: {story}.
        3* gracias por resolver {other.thing}; lo que sigue sin arreglo es lo otro: {story}.
        2* {other.nice}, eso lo reconozco. pero {story}.
        3* {somebody} me contó que {other.core3} y [no le creí|me reí]; a mí ahora me pasa algo [distinto|peor]: {story}.
        2* [sobre {other.thing} no digo nada|{other.thing} me da igual|con {other.thing} no tengo problema]. [hablo de|mi tema es] lo siguiente: {story}.
        """,
    "complaint.again": """
        es la [segunda|tercera|cuarta] vez que [escribo|llamo|lo digo]: {story}.
        ya [puse|dejé] un reclamo porque {story} y lo cerraron sin [resolver|arreglar] nada.
        me respondieron con una plantilla sobre {other.thing}, pero mi reclamo es que {story}.
        [sigue|continúa] igual: {story}.
        """,
    "complaint.vague": """
        otra vez lo mismo, ya van [tres|cuatro].
        [sigue|todo] igual que [la semana pasada|la otra vez], [no arreglaron|no han hecho] nada.
        lo de siempre. {thing}, [otra vez|y nadie hace nada].
        ya se lo conté a {agent} y me dijo que estaba listo. no está listo.
        """,
    "complaint.third": """
        3* cliente consulta por qué {story}.
        3* se le había informado que {fixed}; [señala que no es así|indica que todo sigue igual].
        3* [pidió|solicitó] [tres veces|hace semanas] {request} y no se le atendió.
        2* {story}. consulta {ask}.
        6* cliente [indica|manifiesta|refiere|señala] que {story}.
        2* [se acerca|llama] e [informa|indica] que {story}.
        2* [reclama|molest@] porque {story}.
        2* {story}. [solicita|pide] [solución|explicación].
        2* consultó por {other.thing}, todo conforme; reclama porque {story}.
        3* refiere que {long_ago} {other.core}, caso ya cerrado. ahora [indica|reclama] que {story}.
        2* [cuenta|señala] que a un familiar le pasó algo con {other.thing}; su caso es otro: {story}.
        aclara que no es por {other.thing}: {story}.
        """,
    "complaint.sarcasm": """
        [excelente|muy buena|qué buena] atención: {story}. [gracias|muchas gracias|un diez].
        [mil gracias|felicitaciones|un aplauso] para {agent}: {story}.
        {sarcasm}[|.]
        {sarcasm}. [de verdad, un aplauso|sigan así|qué gran servicio].
        [bravo|genial|maravilloso]. {sarcasm}.
        """,
    "complaint.brief": """
        reclamo: {curt}
        2* dicen que {fixed}. [falso|mentira|no es así]
        2* pedí {request} y nada
        {curt}. ¿{ask}?
        gracias, pero {now}
        necesito ayuda: {core}
        3* {curt}
        2* {now}
        {core}
        [ayuda|por favor], {curt}
        [hola|buenas], {now}
        con {other.thing} todo bien, pero {curt}
        no es {other.thing}, es que {now}
        """,
    "enquiry": """
        ES> 2* ¿me podéis decir {ask}?
        MX> 2* disculpen, ¿me podrían decir {ask}?
        CO> 2* ¿me regalan una información? quisiera saber {ask}.
        CL> 2* una consulta cortita: ¿{ask}?
        PE> 2* una consultita: ¿{ask}?
        US> 2* quick question: ¿{ask}?
        4* {somebody} [está que explota|anda con mucha rabia|no deja de quejarse] porque {story3} y nadie le responde. yo solo quiero saber {ask}.
        3* leí un comentario que decía: “{curt}”. no es mi caso, pero ¿{ask}?
        2* si un día {thing} me toca a mí y nadie responde, ¿{ask}?
        2* no tengo [problemas|nada que reclamar] con {thing}, solo no entiendo {ask}.
        3* [quisiera|me gustaría|necesito] saber {ask}.
        3* ¿{ask}?
        2* una [consulta|pregunta|duda]: ¿{ask}?
        2* no es un reclamo, [es una consulta|solo quiero saber]: ¿{ask}?
        4* {somebody} me contó que {core3}; ¿{ask}? [a mí no me ha pasado|pregunto por si me pasa|es para estar prevenid@].
        3* {long_ago} {core.past} y lo resolvieron; ahora solo quiero saber {ask}.
        3* ¿es [verdad|cierto] lo que dicen en [redes|el barrio|el trabajo], que a mucha gente le pasó algo así con {thing}? quisiera saber {ask}.
        ¿{ask}? y otra [duda|pregunta]: ¿{other.ask}?
        ¿me pueden explicar {ask}? [pregunto porque voy a viajar|es para mi mamá|gracias].
        en [el otro banco|mi banco anterior] {core.past}; antes de [abrir cuenta|pasarme] aquí quiero saber {ask}.
        """,
    "enquiry.third": """
        3* cliente no reclama; cuenta que a un vecino le pasó ({story3}) y consulta {ask}.
        2* vio quejas en redes sobre {thing}; pregunta {ask}.
        3* cliente [consulta|pregunta|desea saber] {ask}.
        2* [se acerca|llama] para consultar {ask}. se le [explica|orienta].
        2* refiere que a un familiar le pasó algo parecido ({thing}) y consulta {ask}.
        2* indica que {long_ago} {core.past}, ya resuelto; hoy solo consulta {ask}.
        consulta {ask} y también {other.ask}. no presenta reclamo.
        """,
    "enquiry.brief": """
        2* a {somebody} le dijeron: “{curt}”. ¿{ask}?
        2* {somebody} dice que {now3}, ¿{ask}?
        3* ¿{ask}?
        consulta: {ask}
        [hola|buenas], {ask}?
        {somebody} tuvo un lío con {thing}. ¿{ask}?
        """,
    "request": """
        ES> 2* ¿me podríais ayudar? necesito {request}.
        MX> 2* ¿me apoyan, por favor? necesito {request}.
        CO> 2* ¿me colaboran, por favor? necesito {request}.
        CL> porfa, necesito {request}, si se puede.
        PE> 2* señores, por favor, quisiera {request}.
        US> necesito {request}, as soon as possible.
        3* {somebody} [ya no duerme|anda de muy mal humor|está que llora] porque {story3} y no le solucionan nada. antes de que me pase, quisiera {request}.
        3* el reclamo que puse porque {core} ya terminó. ahora necesito {request}.
        3* [solicito|quisiera|necesito|quiero] {request}.
        2* [lo que necesito es|por favor, necesito] {request}.
        3* {long_ago} {core.past} y ya quedó arreglado; para mi archivo necesito {request}.
        3* {somebody} me contó que {core3}. para que no me pase, quisiera {request}.
        2* no es por ningún problema, solo necesito {request}.
        necesito {request} y, si se puede, también {other.request}.
        [{agent}|el {asesor}] me dijo que por aquí se pide: necesito {request}.
        en el otro banco {core.past}, por eso al abrir aquí quisiera {request}.
        """,
    "request.third": """
        2* cuenta que a un vecino le pasó ({story3}) y, por precaución, solicita {request}.
        2* reclamo anterior ({core}) ya terminado; solicita {request}.
        3* cliente [solicita|pide|requiere] {request}.
        2* [se acerca|llama] para solicitar {request}. se registra.
        2* indica que {long_ago} {core.past}, caso resuelto; solicita {request}.
        solicita {request} y {other.request}.
        """,
    "request.brief": """
        a {somebody} le pasó ({now3}); yo quiero {request}
        ya no reclamo nada, solo necesito {request}
        2* necesito {request}
        quisiera {request}, [porfa|por favor]
        quiero {request}, ¿se puede por aquí?
        """,
    "follow_up": """
        4* sobre mi reclamo ({story}): {agent} me dijo que esta semana habría respuesta. no hay apuro, solo confirmo.
        3* ya puse el reclamo y tengo el número. decía así: “{story}”. ¿[llegó bien|falta algo de mi parte]?
        3* ¿[hay novedades|alguna noticia|alguna respuesta] sobre mi caso? era porque {core}.
        2* ¿en qué va {thing}? [me dijeron que esta semana había respuesta|sigo dentro del plazo, lo sé].
        3* [adjunto|ahí va|les mando] [el documento|la captura|el formulario] que me [pidió {agent}|pidieron] por el caso que abrí: {core}.
        2* según {agent} faltaba un papel para revisar {thing}; ya lo [envié|dejé], ¿llegó?
        2* [consulto|pregunto] por el estado de mi caso, abierto porque {core}. quedo a la espera.
        me dijeron diez días para {thing} y van [cuatro|cinco]; solo quería confirmar que sigue en trámite.
        les di un dato equivocado en el caso que abrí porque {core}: la fecha es el {day}. corríjanla, por favor.
        """,
    "follow_up.third": """
        3* reclamo ya registrado: {story}. cliente solo [trae el documento que faltaba|confirma su correo|pregunta la fecha de respuesta].
        2* cliente consulta el estado de su caso, abierto porque {core}. se le indica que está dentro del plazo.
        2* [entrega|trae] [el documento|la constancia] que se le pidió; caso abierto porque {core}.
        llama por un caso abierto ({thing}); se le informa que sigue en evaluación. conforme.
        """,
    "follow_up.brief": """
        2* escribí el {day}: “{curt}”. ¿novedades?
        mi caso es este: {now}. mando lo que pidieron
        ¿novedades sobre {thing}?
        ya mandé [la captura|el documento] por {thing}, ¿llegó?
        hola, ¿cómo va mi caso? lo abrí porque {core}
        """,
    "praise": """
        ES> genial, chicos: {fixed}.
        MX> qué padre servicio: {fixed}.
        CO> qué chévere: {fixed}.
        CL> bacán el servicio: {fixed}.
        PE> qué bacán: {fixed}.
        US> great job: {fixed}.
        3* ya iba a poner un reclamo porque {story} y nadie respondía. {agent} lo vio y {fixed}.
        2* estaba [furios@|muy molest@|sin paciencia]: {core}. pero hay que decirlo: {fixed}.
        2* no escribo para quejarme, aunque {core.past}. escribo porque {fixed}.
        2* [felicitaciones|mis felicitaciones|un aplauso] para {agent}: {fixed}.
        2* [excelente|muy buena|qué buena] [atención|ayuda]: {fixed}.
        4* {core} y [pensé|temí] que iba a ser un dolor de cabeza, pero {fixed}.
        2* en el otro banco {core.past} y nadie respondía; aquí, en cambio, {nice}.
        2* no tengo [ninguna queja|nada que reclamar]: {nice}.
        2* {nice}. [buen servicio|sigan así].
        {nice} y además {other.nice}.
        """,
    "praise.third": """
        2* llegó molest@ porque {core}; hoy felicita a {agent} porque {fixed}.
        2* cliente agradece porque {fixed}.
        2* felicita a {agent}: {core}, pero {fixed}.
        comenta que {nice}. agradece.
        """,
    "praise.brief": """
        {core}, y {fixed}. [así sí|bien ahí]
        pensé: “{curt}”. pero no, {fixed}
        {nice}
        {fixed}, gracias
        [todo bien|cero problemas] con {thing}
        [excelente|genial], {nice}
        """,
    "solved": """
        3* ayer les escribí molest@: “{story}”. [olvídenlo|ya pasó|retiro lo dicho], {fixed}.
        2* hasta esta mañana seguía en lo mismo ({now}); acabo de ver que {fixed}.
        2* no hagan nada con mi reclamo ({story}): {fixed}.
        2* [les aviso|aviso|para informarles] que ya se resolvió lo mío: {fixed}.
        4* les había escrito porque {core}. [ya no hace falta|ya está|pueden cerrar el caso]: {fixed}.
        2* retiro mi reclamo, {fixed}.
        2* al final {thing} tenía explicación: {fixed}.
        """,
    "solved.third": """
        2* reclamo registrado: {story}. cliente llama para decir que {fixed}.
        2* cliente [informa|indica] que {fixed}; [se cierra el caso|desiste del reclamo].
        2* llamó {recently} porque {core}; hoy confirma que {fixed}.
        """,
    "solved.brief": """
        lo de ayer (“{curt}”) ya está, {fixed}
        falsa alarma, {fixed}
        {fixed}, ya pueden cerrar mi caso
        listo, {fixed}
        ya se arregló {thing}
        """,
    "other": """
        2* este mensaje era para el otro banco, no para ustedes: {story} y nadie responde. disculpen.
        2* soy estudiante y junto frases de clientes para una tesis, por ejemplo: “{curt}”. ¿con quién hablo?
        2* {somebody} reclama en su banco que {story3}; me hizo gracia y se lo cuento. por aquí todo bien.
        [vi|leí] [en las noticias|un artículo] sobre {thing} y me acordé de ustedes. interesante el tema.
        una sugerencia: pongan [en la página|en {agencia}] un aviso sobre {thing}, [seguro ayuda|a muchos les serviría].
        en mi clase de finanzas hablamos sobre {thing}; el profesor contó que {core3}.
        {somebody} trabaja en otro banco y dice que allá {other.nice3}. por lo demás, saludos.
        [mando|envío] mi hoja de vida por si necesitan un {asesor} en {place}; tengo experiencia con {thing}.
        me equivoqué de [chat|correo], esto era para [la tienda|mi seguro]: {core}. disculpen.
        [ofrezco|vendemos] [cursos|servicios] para bancos sobre {thing}. si les interesa, avisen.
        feliz aniversario al banco desde {place}.
        estoy probando el formulario, no hace falta responder. tema de prueba: {thing}.
        estoy escribiendo una novela donde al personaje le pasa algo con {thing}; qué risa.
        """,
    "other.third": """
        2* llama a este número por error: {story}, pero con otro banco. se le indica.
        persona ofrece [cursos|servicios] sobre {thing}; no es cliente.
        llamada equivocada: buscaba [una tienda|otro banco] porque {core}.
        deja una sugerencia: un aviso sobre {thing} en {agencia}.
        deja su hoja de vida.
        """,
    "other.brief": """
        2* perdón, eso era para otro banco: {curt}
        un amigo siempre dice “{curt}” y me río
        [jaja|jajaja], me equivoqué de chat
        prueba
        vi la publicidad sobre {thing}
        [feliz año|feliz día] a todos
        ¿buscan un {asesor} en {place}?
        en otro banco me pasó algo con {thing}, aquí no uso esto
        """,
    "demand": """
        [Solicito|Pido|Quiero] [una solución|que lo arreglen|que lo revisen][| cuanto antes| por favor].
        [Solicito|Espero] una respuesta por escrito.
        Espero una [disculpa|explicación].
        """,
    "demand.money": """
        [Solicito|Pido|Exijo] la devolución de {amount}.
        [Pido|Quiero] que me devuelvan {mi_plata}.
        [Exijo|Solicito] [el extorno|la anulación|el abono] de {amount}.
        """,
    "demand.third": """
        [Solicita|Pide] [solución|respuesta por escrito|que se revise].
        """,
    "demand.money.third": """
        [Solicita|Exige] la devolución de {amount}.
        [Pide|Solicita] [el extorno|el abono][| de {amount}].
        """,
}
