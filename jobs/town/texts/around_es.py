"""Spanish sentences around the main one: circumstances, small talk and moods, which fit whatever the text is about.

A text says none of them twice, so lines have no weights. No line may tell what became of the matter, nor deny a cause.
"""

# An alternative is one line, however long.
# ruff: noqa: E501

# What fits a question as well as a complaint.
_ANY_MATTER = """
    {agent} me dijo que escribiera por aquí.
    lo hablé con {somebody} y me dijo que les escribiera.
    es por mi {product}.
    ya lo busqué en [la página|la {app}] y no [lo encontré|me quedó claro].
    {somebody} me preguntó si era por {other.thing}; [le dije que no|no es eso].
    leí dos veces [el contrato|las condiciones|las letras chicas] antes de escribir.
    fui {recently} a {agencia} y había [mucha cola|un solo {asesor}|demasiada gente].
    si hace falta, puedo [pasar por {agencia}|mandar fotos|enviar los papeles] [cualquier día|la próxima semana].
    tengo [mi documento|el contrato|mis papeles] a la mano, por si hace falta.
    [escribo los detalles|prefiero dejarlo por escrito] para que no haya dudas.
    me preguntaron por [el saldo|mi correo|mi último pago|las compras del mes] antes de escucharme.
    una persona me habló de [la tarjeta|un cargo|una comisión|la devolución] y otra de [los datos|la clave|el crédito|la entrega]; no se ponían de acuerdo.
    en el chat me contestó una máquina.
    el {asesor} me dio [un folleto|un papelito con un número|su tarjeta personal].
    también se lo pregunté a [la señorita de la entrada|quien contesta el teléfono|otro {asesor}].
    apunté la hora[| y el nombre de quien me atendió], por [costumbre|si sirve].
    el {asesor} [miró|revisó] la pantalla un buen rato y me dijo que consultaría.
    guardé [todos los mensajes|el correo|la carta] que me mandaron.
    para llegar a {agencia} tomo dos buses, así que fui una sola vez.
    imprimí [los mensajes|los correos|las hojas] para tener todo a la mano.
    lo anoté todo en un cuaderno, con fechas y nombres.
    me pidieron [esperar|volver a llamar] al día siguiente, y eso hice.
    """

WORDS = {
    "context": f"""
        {_ANY_MATTER}
        fue el {{day}}[|, si no me equivoco|, creo].
        ya [hablé con {{agent}}|revisé la {{app}}|pregunté por teléfono] y no [encontré nada|me quedó claro].
        tengo [las capturas|el recibo|los comprobantes], por si acaso.
        me di cuenta [al llegar a casa|en el trabajo|cuando ordenaba mis papeles].
        me enteré [temprano|por la tarde|a mediodía|antes de acostarme].
        [llamé|esperé en línea] [veinte minutos|media hora|casi una hora] y se cortó.
        perdí [la mañana|toda la tarde|mi hora de almuerzo] [en esto|con las llamadas].
        se lo conté a {{somebody}}, que [trabajó en un banco|sabe de estas cosas], y le pareció raro.
        primero [pensé|creí] que era un error mío y lo revisé [dos|tres] veces.
        mi [hijo|hermana|mamá] estaba conmigo y puede confirmarlo.
        en ese momento estaba [en el mercado|en la oficina|en el bus|con el médico].
        hasta ese día no había tenido nada parecido con ustedes.
        pueden revisar [las grabaciones|las llamadas|los registros] de ese día.
        ese día tenía que [pagar la luz|comprar los útiles|hacer un pago|llevar a mi mamá al médico].
        conté lo mismo [tres|cuatro] veces a personas distintas.
        todo esto [es|empezó] por {{thing}}.
        sobre {{thing}} nadie me había [dicho|explicado] nada.
        busqué {{thing}} en internet y le ha pasado a más gente.
        lo primero que pregunté fue {{ask}}.
        pregunté [dos|tres] veces {{ask}}.
        en la llamada pedí {{request}}[| y tomaron nota].
        le dije [al {{asesor}}|a la cajera] con estas palabras: “{{curt}}”.
        por {{thing}} perdí [un día de trabajo|toda una mañana].
        tengo anotado todo lo que me dijeron sobre {{thing}}.
        tuve que explicar {{thing}} desde el comienzo a cada persona.
        PE> en el banco de al frente me dijeron que preguntara con ustedes nomás.
        ES> en la oficina me dieron cita para otro día y luego la cambiaron.
        MX> en la sucursal me traían de una ventanilla a otra.
        CO> en la oficina me pidieron el favor de esperar un momentico, y esperé.
        CL> en la sucursal saqué número y esperé caleta.
        US> en el branch el manager no estaba ese día.
        """,
    "context.calm": f"""
        {_ANY_MATTER}
        quiero ordenar [mis papeles|mis cuentas|mis pagos] antes de fin de mes.
        [mi hermana|mi contador|mi hijo] me pidió que lo averigüe.
        no es urgente, [pueden responder con calma|cuando puedan].
        prefiero preguntar antes.
        quizá lo explican en algún lado y no lo vi.
        si es más fácil por teléfono, también está bien.
        """,
    "aside": """
        soy cliente [desde hace|hace] [cinco|diez|quince] años.
        escribo desde el {celular}, disculpen los errores.
        estaba por salir de viaje a {elsewhere} con la familia.
        hoy no pude acercarme a {agencia} porque [llueve|trabajo hasta tarde|estoy con gripe].
        mi hija me ayuda a escribir esto.
        justo era el cumpleaños de mi [mamá|hijo|esposa].
        trabajo [lejos|de noche] y solo puedo ver estas cosas [en el almuerzo|los sábados].
        antes trabajaba con otro banco y me pasé a este por recomendación.
        con este calor no provoca hacer colas.
        aquí en {place} todo bien, gracias a Dios.
        uso sobre todo mi {product}, lo demás casi nada.
        el sueldo me lo pagan con ustedes [desde hace años|desde que entré a trabajar].
        los recibos de la luz y del agua los pago [a principios de mes|cada fin de mes|en efectivo].
        compro poco por internet, [casi todo en el mercado|prefiero las tiendas del barrio].
        en casa somos [cuatro|cinco|seis] y [todos|casi todos] tenemos cuenta con ustedes.
        mi [hermano|papá] tiene su tarjeta en otro banco.
        el crédito de la casa lo tengo en otro banco.
        la {app} me la instaló mi [hijo|nieta|sobrino].
        no soy muy de [bancos|tecnología|escribir correos][|, la verdad].
        estoy juntando para [un viaje|una lavadora|los estudios de mi hija|arreglar el techo].
        {recently} cambié de trabajo y ando con mil cosas.
        estos días ando [con poco tiempo|en plena mudanza|con gripe|de médico en médico].
        tengo un negocio pequeño de [comida|ropa|repuestos] y cobro casi todo en efectivo.
        mi mamá ya está mayor y voy con ella al banco.
        reviso mis gastos [cada domingo|cada quincena|los fines de semana] en un cuaderno.
        guardo todos los recibos desde [hace años|que me casé].
        de joven trabajé en [una tienda|un almacén|un hotel] y sé lo que es atender público.
        vivo [cerca|a media hora|lejos] de {agencia}.
        en diciembre nos vamos todos a {elsewhere}.
        mi [vecina|cuñada|comadre] dice que escribo demasiado.
        perdonen [lo largo|si me alargo], así soy.
        mi hija estudia en {elsewhere} y le mando {plata} cada mes.
        nunca me atraso con [mis pagos|los recibos|las cuotas].
        soy [docente|enfermer@|taxista|comerciante].
        tengo [dos hijos|tres nietos|un perro viejo] y poco tiempo.
        me gusta [dejar las cosas por escrito|tener todo en orden].
        {somebody} quiere abrir una cuenta y siempre me pregunta por ustedes.
        en la radio hablaban {recently} de [tarjetas|créditos|comisiones|compras por internet].
        {long_ago} cambié de [casa|teléfono|barrio].
        a mis proveedores les pago por transferencia [los viernes|cada quincena].
        aprendí a usar {la_compu} [de grande|hace poco].
        hoy es mi día libre y aprovecho para escribir.
        PE> ya saben cómo es el tráfico.
        PE> escribo en la combi, camino al trabajo.
        PE> mi pata trabaja en una caja municipal y me cuenta cosas.
        PE> por Fiestas Patrias viajamos siempre a {elsewhere}.
        PE> tengo una bodeguita y no paro en todo el día.
        ES> vamos, que tampoco es pedir la luna.
        ES> estoy de vacaciones en el pueblo con los críos.
        ES> soy autónom@ y voy de cráneo.
        ES> hoy tengo cita con el médico y escribo en la sala de espera.
        ES> en agosto cerramos el bar y nos vamos a {elsewhere}.
        MX> la neta yo no le sé mucho a esto.
        MX> tengo un changarro y ando siempre a las carreras.
        MX> la quincena me cae con ustedes.
        MX> el domingo hay comida en casa de mi suegra.
        MX> mi compadre tiene su cuenta en otro banco.
        CO> yo vivo pendiente de mis cosas, juiciosa la familia.
        CO> aquí me tomo un tinto mientras escribo.
        CO> mi cuñado tiene una tienda y cobra todo por transferencia.
        CO> este puente lo paso en {elsewhere} con los niños.
        CO> yo soy de las personas que todo lo guardan.
        CL> uno igual anda a mil, po.
        CL> escribo en el metro, camino a la pega.
        CL> este finde me voy a {elsewhere} con los cabros.
        CL> el arriendo lo pago todos los meses por transferencia.
        CL> en la feria pago todo en efectivo.
        US> trabajo full time y no tengo mucho break.
        US> mando dinero a mi familia cada mes.
        US> manejo una hora para llegar al branch.
        US> mis hijos hablan más inglés que español.
        US> aquí todo lo hago por el phone.
        """,
    "feel.anger": """
        estoy [muy|bastante|francamente] [molest@|enojad@|fastidiad@|indignad@].
        ya me [cansé|harté].
        [es|me parece] una falta de respeto.
        estoy cansad@ de [explicar lo mismo|dar vueltas|que me pasen de uno a otro].
        me hierve la sangre [cada vez que lo pienso|solo de contarlo].
        así no se trata a [un cliente|la gente|nadie].
        me siento [burlad@|ignorad@|como un número].
        cada vez que lo cuento me da más rabia.
        no pienso [quedarme callad@|dejarlo pasar].
        me da rabia tener que escribir esto.
        ya perdí la paciencia.
        no entiendo cómo pueden trabajar así.
        """,
    "feel.fury": """
        ¡[Son unos ladrones|Esto es un robo|Qué incapaces|Devuelvan lo que es mío]!
        ¡[Los voy a denunciar|Me voy a otro banco|Nunca más]!
        una vergüenza[|, de verdad|, todos ustedes].
        pésimo[|, pésimo|, cero estrellas].
        ¡[sinvergüenzas|inútiles|mentirosos]!
        ¡no tienen [vergüenza|perdón]!
        esto va a [las redes|los periódicos|la defensoría].
        ¡estoy que [exploto|reviento] de rabia!
        ¡no [aguanto|soporto] más!
        se burlan de la gente[| y encima sonríen].
        voy a contarle a todo el mundo qué clase de banco son.
        ¡que alguien dé la cara!
        es lo peor que he visto en mi vida.
        """,
    "feel.disappointment": """
        [qué decepción|qué pena|esperaba más de ustedes].
        [la verdad, me decepciona|esperaba otra cosa].
        antes no era así.
        [pensaba|creía] que este banco era [distinto|más serio].
        yo los recomendaba a [mis amigos|toda la familia].
        me quedé con un sabor amargo.
        después de tantos años uno espera otro trato.
        uno confía y pasa esto.
        no era lo que prometía la publicidad.
        me siento [desilusionad@|defraudad@].
        con lo bien que hablaba de ustedes.
        la confianza ya no es la misma.
        """,
    "feel.worry": """
        [la verdad, me preocupa|estoy preocupad@|no sé qué hacer].
        no [he podido dormir|estoy tranquil@] pensando en esto.
        me da miedo que [vuelva a pasar|pase a mayores].
        cada vez que suena el teléfono me [asusto|pongo nervios@].
        mi familia también está preocupada.
        le doy vueltas [toda la noche|a cada rato].
        estoy con los nervios de punta.
        me angustia no saber [qué va a pasar|cómo termina esto].
        miro el {celular} a cada rato[|, por si acaso].
        temo que [se complique|esto crezca].
        no sé a quién acudir.
        """,
    "feel.sadness": """
        [me da|da] mucha [tristeza|pena].
        ese dinero era para [las medicinas de mi mamá|el colegio de los chicos].
        me puse a llorar [en la calle|en la cola].
        me siento muy sol@ con esto.
        se me salieron las lágrimas al [contárselo a mi familia|llegar a casa].
        me parte el alma [pensarlo|ver a mi mamá así].
        estos días ando sin ganas de nada.
        es muy triste llegar a esto.
        se me hace un nudo en la garganta.
        con lo que cuesta ganarse la vida.
        no tengo ánimo ni para [comer|salir|hablar del tema].
        me apena tener que escribir esto.
        """,
    "feel.gratitude": """
        [muchas|mil|muchísimas] gracias[| de verdad| por todo].
        [se agradece|les agradezco] [mucho|de corazón].
        """,
    "feel.joy": """
        [estoy|quedé] [feliz|content@|encantad@].
        [qué alegría|así da gusto|un diez].
        """,
    "feel.neutral": """
        [eso es todo|nada más por ahora].
        [es lo que tenía que decir|eso quería contar].
        """,
}
