"""How each cause is told in Spanish: the trouble, its end, and what people ask, want and praise about it."""

# An alternative is one line, however long.
# ruff: noqa: E501

# core: what happened, a clause in the past that fits after "que" and "porque" and in a story of long ago;
# now: how it stands, often without the obvious words; curt: a few words; thing: its name with the article;
# ask: an indirect question; request: what follows "solicito"; fixed: how it ended well; nice: no trouble at all.
CAUSES = {
    "unrecognised_charge.core": """
        [apareció|salió] en <mi/su> tarjeta{ending} un [cargo|consumo|cobro] de {amount}[| del {day}] que <no hice/no hizo>
        <me/le> [cargaron|cobraron|pasaron] {amount} [en un comercio de {elsewhere}|por una compra en internet|en una tienda desconocida] y <nunca compré/nunca compró> ahí
        alguien usó <mi/su> tarjeta{ending} [el {day}|de madrugada|en {elsewhere}] y gastó {amount}
        <me/le> llegó un [mensaje|aviso] de una compra de {amount} mientras <estaba/estaba> [trabajando|durmiendo|en <mi/su> casa]
        en el estado de cuenta [salió|figuró] un [consumo|pago|retiro] de {amount} que <no autoricé/no autorizó>
        <me/le> descontaron {amount} de una [suscripción|página] que <nunca contraté/nunca contrató>
        [sacaron|se llevaron] {amount} de <mi/su> cuenta [el {day}|en un cajero de {elsewhere}|de noche] y <yo no fui/el titular no fue>
        """,
    "unrecognised_charge.now": """
        hay un movimiento de {amount} [del {day} |]que <no es mío/no es suyo>
        otra persona gastó {amount} el {day} con los datos de <mi/su> tarjeta
        <nunca he/nunca ha> estado en {elsewhere} y ahí <me/le> figura [una cena|una compra|un hotel]
        <tengo/tiene> la tarjeta guardada [hace semanas|en un cajón] y aun así alguien la [está usando|pasó] [en {elsewhere}|por internet]
        <estoy/está> pagando [las compras|los gustos|los viajes] de otra persona
        <me/le> sigue saliendo cada mes una tienda que [no conoce nadie en la casa|ni en la casa conocen]
        """,
    "unrecognised_charge.curt": """
        [una compra|un pago] de {amount} que no hice
        ese [cargo|consumo] no es mío
        {amount} [en {elsewhere}|el {day}] y yo ni salí de casa
        alguien está [usando|paseando con] mi tarjeta
        yo no compré eso
        """,
    "unrecognised_charge.thing": """
        el [cargo|consumo] [desconocido|que no reconocía]
        la compra [desconocida|rara][| de {amount}]
        un [cargo|cobro] no reconocido
        """,
    "unrecognised_charge.ask": """
        qué hay que hacer cuando aparece un [cargo|consumo] que uno no reconoce
        cuántos días hay para [reportar|desconocer] una compra
        cómo se [bloquean|desactivan] las compras por internet
        a qué comercio corresponde el [cargo|consumo] de {amount}[| del {day}]
        """,
    "unrecognised_charge.request": """
        el detalle del [cargo|consumo] de {amount}[| del {day}]
        [desactivar|bloquear] las compras por internet en <mi/su> tarjeta{ending}
        un aviso al {celular} por cada [compra|consumo] que se haga con <mi/su> tarjeta
        """,
    "unrecognised_charge.fixed": """
        <me/le> [devolvieron|abonaron] {fast} el cargo de {amount} que <no era mío/no era suyo>
        anularon {fast} la compra que <no hice/no hizo>
        <me/le> cambiaron {fast} la tarjeta después de un consumo que no <reconocía/reconocía>
        aclararon {fast} de qué comercio era el cargo que no <reconocía/reconocía>
        """,
    "unrecognised_charge.nice": """
        <me/le> avisaron en el acto de una compra [rara|sospechosa] y la frenaron
        cada [consumo|compra] <me/le> llega al {celular} al instante
        """,
    "unrecognised_charge.sarcasm": """
        [gracias|felicitaciones] por dejar que otro [compre|viaje|cene] con mi tarjeta
        qué generos@ soy: le pago [las compras|las cenas] a un desconocido
        """,
    "undue_fee.core": """
        <me/le> [cobraron|descontaron] {amount} por [mantenimiento|membresía|un seguro|seguro de desgravamen] [sin avisar|que no figuraba en el contrato|que nadie pidió]
        [salió|apareció] [el {day} |]una comisión de {amount} [en <mi/su> cuenta|en el estado de cuenta] que nadie había mencionado
        por [un retiro|una transferencia|sacar {plata}] en {elsewhere} <me/le> [quitaron|descontaron] {amount} de comisión
        <me/le> [subieron|cambiaron] la tarifa de la cuenta y <me/le> descontaron {amount}
        al abrir la cuenta <me/le> dijeron que era sin costo y [el {day}|al mes] <me/le> sacaron {amount}
        <me/le> [metieron|pusieron] un seguro de {amount} que <no pedí/no pidió>
        """,
    "undue_fee.now": """
        la cuenta que era gratis ya <me/le> cuesta {amount} [al mes|cada mes]
        cada mes se [van|pierden] {amount} y en el contrato no [dice|sale] eso
        <tengo/tiene> ahí {mi_plata} y en vez de crecer [baja|se achica] de {amount} en {amount}
        dicen que es por [mantener la cuenta|el plástico|la membresía], pero <yo firmé/la persona firmó> por cero
        hasta por [mirar el saldo|sacar {mi_plata}|respirar] <me/le> quitan algo
        """,
    "undue_fee.curt": """
        otra comisión [inventada|más|de {amount}]
        {amount} por mantenimiento de no sé qué
        eso no está en mi contrato
        me siguen quitando {plata} por tener {plata}
        """,
    "undue_fee.thing": """
        la comisión[| de mantenimiento| de {amount}]
        el [costo|cobro] de mantenimiento
        la membresía
        """,
    "undue_fee.ask": """
        cuánto [cuesta|cobran por] el mantenimiento de la cuenta
        cuándo cobran la membresía y cómo se exonera
        qué comisión hay por [retirar|transferir] desde {elsewhere}
        a qué corresponde la comisión de {amount}
        """,
    "undue_fee.request": """
        [la exoneración|el detalle] de la comisión de {amount}
        [pasar|cambiar] <mi/su> cuenta a una sin [mantenimiento|comisiones]
        el tarifario [vigente|actualizado] de la cuenta
        dar de baja el seguro de la tarjeta
        """,
    "undue_fee.fixed": """
        <me/le> [devolvieron|exoneraron] {fast} la comisión de {amount}
        quitaron {fast} el cobro de mantenimiento
        <me/le> explicaron {fast} la comisión y <estaba/estaba> en el contrato
        """,
    "undue_fee.nice": """
        nunca <me/le> han cobrado [una comisión|mantenimiento]
        la cuenta sin costo es de verdad sin costo
        """,
    "undue_fee.sarcasm": """
        [gracias|felicitaciones] por cobrarme por [guardar mi propio dinero|respirar|no usar la cuenta]
        qué lindo detalle, {amount} por el privilegio de ser su cliente
        """,
    "blocked_card.core": """
        <me/le> bloquearon la tarjeta{ending} [sin aviso|sin decir nada|el {day}]
        la tarjeta{ending} no pasó [cuando <quería/quería> pagar|en la caja] [en {place}|el {day}|del supermercado] y <tuve/tuvo> que dejar todo
        el cajero [de {place} |]se tragó <mi/su> tarjeta[| el {day}]
        <me/le> rechazaron [el pago|tres pagos|la compra] aunque <había/había> saldo
        <fui/fue> a pagar [en {place}|el {day}] y la tarjeta salió denegada
        <puse/puso> bien la clave y la tarjeta quedó bloqueada
        """,
    "blocked_card.now": """
        <mi/su> tarjeta{ending} [está|sigue] [bloqueada|inactiva] desde el {day}
        <tengo/tiene> saldo y no <puedo/puede> [pagar|sacar {plata}] [desde el {day}|hace días]
        <llevo/lleva> [días|una semana] comprando [fiado|con {plata} de otros] porque el plástico no sirve
        en todas las cajas <me/le> dicen lo mismo: "operación denegada"
        <estoy/está> de viaje en {elsewhere} y sin forma de pagar ni el hotel
        """,
    "blocked_card.curt": """
        la tarjeta no pasa [en ningún lado|otra vez]
        denegada, [otra vez|y con saldo]
        no puedo pagar ni [el pan|el bus]
        bloqueada [desde el {day}|y nadie sabe por qué]
        """,
    "blocked_card.thing": """
        el bloqueo de la tarjeta
        la tarjeta [bloqueada|que no pasaba]
        la tarjeta retenida en el cajero
        """,
    "blocked_card.ask": """
        cómo se [desbloquea|activa] una tarjeta
        por cuánto tiempo queda bloqueada la tarjeta si uno se equivoca de clave
        cómo se avisa de un viaje a {elsewhere} para que no bloqueen la tarjeta
        qué se hace cuando el cajero se traga la tarjeta
        """,
    "blocked_card.request": """
        [desbloquear|activar] <mi/su> tarjeta{ending}[|, que bloqueé yo por error]
        [una nueva clave|un duplicado] para la tarjeta{ending}
        [habilitar|activar] <mi/su> tarjeta para un viaje a {elsewhere}
        el bloqueo temporal de <mi/su> tarjeta{ending}
        """,
    "blocked_card.fixed": """
        <me/le> [desbloquearon|activaron] {fast} la tarjeta
        la tarjeta bloqueada volvió a pasar {fast}
        <me/le> devolvieron {fast} la tarjeta que se tragó el cajero
        """,
    "blocked_card.nice": """
        la tarjeta <me/le> pasa en todas partes, hasta en {elsewhere}
        <me/le> bloquearon a tiempo la tarjeta perdida
        """,
    "blocked_card.sarcasm": """
        [gracias|felicitaciones] por bloquearme la tarjeta [justo en la caja|en pleno viaje|con el carrito lleno]
        qué bonito es tener saldo y pagar con [la sonrisa|monedas]
        """,
    "refund_delay.core": """
        <devolví/devolvió> [la compra|un producto|el televisor] el {day} y no <me/le> [reembolsaron|abonaron] los {amount}
        <me/le> prometieron [la devolución|el extorno|el reembolso] de {amount} en [una semana|diez días] y no llegó
        <cancelé/canceló> [un viaje|una reserva|un pedido] en {elsewhere} y los {amount} no volvieron a la cuenta
        la tienda [anuló|devolvió] la compra de {amount} el {day} y el banco no lo [abonó|reflejó]
        <me/le> dieron la razón por los {amount}, pero el abono no llegó
        """,
    "refund_delay.now": """
        <sigo/sigue> [esperando|sin ver] los {amount} que ya [aprobaron|dieron por devueltos]
        la tienda dice que ya pagó, el banco dice que no, y los {amount} [no están en ninguna parte|no aparecen]
        {mi_plata} anda [de paseo|en el limbo] desde el {day}
        <reviso/revisa> el saldo [cada mañana|todos los días] y el abono [no está|nada]
        siempre falta "un par de días más" para los {amount}
        """,
    "refund_delay.curt": """
        mis {amount} [siguen perdidos|no aparecen]
        sigo sin ver [el abono|mi {plata}]
        [un mes|semanas] esperando lo que ya aprobaron
        "un par de días más", dicen
        """,
    "refund_delay.thing": """
        [el reembolso|el extorno|el abono][| de {amount}]
        la devolución[| de {amount}| de la compra]
        """,
    "refund_delay.ask": """
        cuánto [tarda|demora] [un reembolso|un extorno|una devolución]
        en qué cuenta se abona [el reembolso|la devolución]
        cómo se pide [el extorno|la devolución] de una compra [anulada|cancelada]
        qué pasa con los {amount} cuando la tienda anula una compra
        """,
    "refund_delay.request": """
        [la constancia|el comprobante] [del reembolso|de la devolución] de {amount}
        que la devolución de {amount} se abone en otra cuenta
        [tramitar|iniciar] la devolución de una compra [cancelada|anulada][| el {day}]
        """,
    "refund_delay.fixed": """
        [llegó|entró] {fast} [el reembolso|la devolución|el abono] de {amount}
        <me/le> abonaron {fast} la compra que <devolví/devolvió>
        los {amount} que <esperaba/esperaba> aparecieron {fast} en la cuenta
        """,
    "refund_delay.nice": """
        [el reembolso|la devolución] de una compra llegó antes de lo que dijeron
        <devolví/devolvió> una compra y al día siguiente <tenía/tenía> el abono
        """,
    "refund_delay.sarcasm": """
        [gracias|felicitaciones] por guardarme los {amount} tanto tiempo, qué buena alcancía
        tranquilos, devuélvanme {mi_plata} para mi jubilación
        """,
    "poor_service.core": """
        <me/le> atendieron de [mala manera|mala gana] en {agencia} de {place}
        <esperé/esperó> [dos horas|toda la mañana|casi tres horas] en {agencia} y <me/le> mandaron a casa
        {agent} <me/le> [gritó|cortó la llamada|habló como a un niño] [el {day}|cuando <pregunté/preguntó> por un préstamo]
        <llamé/llamó> [cinco|siete|diez] veces y <me/le> pasaron de un área a otra sin resolver nada
        <me/le> colgaron el teléfono [el {day}|después de cuarenta minutos|a mitad de la consulta]
        en la ventanilla se [rieron|burlaron] [de <mi/su> edad|de <mi/su> acento|cuando <pedí/pidió> ayuda]
        """,
    "poor_service.now": """
        [nadie|ninguno] en {agencia} [sabe nada|levanta la cabeza|saluda siquiera]
        hay [una ventanilla abierta|dos cajas] para cincuenta personas y a nadie le importa
        cada {asesor} <me/le> dice una cosa distinta
        ir a {agencia} de {place} es perder la mañana [entera|de pie]
        para que contesten hay que escuchar la musiquita [media hora|cuarenta minutos]
        """,
    "poor_service.curt": """
        [dos horas|media mañana] de cola para nada
        {agent}, [qué falta de educación|qué mal trato]
        me colgaron [otra vez|dos veces]
        nadie sabe nada en {agencia}
        """,
    "poor_service.thing": """
        [la atención|el trato] [en {agencia}|de {agent}|por teléfono]
        la espera en {agencia}
        """,
    "poor_service.ask": """
        a qué hora atiende {agencia} de {place}
        cómo se saca una cita en {agencia}
        con quién se habla si el {asesor} no contesta
        a qué número se llama para que atienda una persona
        """,
    "poor_service.request": """
        una cita en {agencia} de {place}
        que <me/le> [llame|atienda] {agent}
        hablar con [el gerente|un supervisor] de {agencia}
        atención preferente en {agencia} por <mi/su> edad
        """,
    "poor_service.fixed": """
        {agent} <me/le> [atendió|resolvió todo] {fast} y con mucha paciencia
        <me/le> pidieron disculpas {fast} por el mal trato
        el gerente <me/le> llamó {fast} para disculparse por la espera
        """,
    "poor_service.nice": """
        en {agencia} de {place} <me/le> atendieron sin cola y con una sonrisa
        {agent} es un encanto, [explica todo|nunca se apura]
        """,
    "poor_service.sarcasm": """
        [gracias|felicitaciones] por las [dos|tres] horas de espera, [avancé|terminé] una novela entera
        qué amables, solo me colgaron [dos|tres] veces
        """,
    "app_down.core": """
        la {app} [no abrió|se cerró sola|se cayó] [el {day}|todo el fin de semana|cuando <quería/quería> transferir]
        <quise/quiso> [pagar la luz|hacer una transferencia|pagar el alquiler] y la {app} [dio error|se quedó cargando]
        <actualicé/actualizó> la {app} en el {celular} y ya no <me/le> dejó [entrar|pasar de la clave]
        el sistema [estuvo caído|no respondió] [desde el {day}|todo el día] y <se me pasó/se le pasó> la fecha de un pago
        el código para entrar no <me/le> llegó al {celular}[| el {day}]
        """,
    "app_down.now": """
        la {app} [no abre|se cierra sola|se queda en blanco] [desde el {day}|cada vez que <pongo/pone> la clave]
        la ruedita [da vueltas y vueltas|no para de girar] y los pagos sin hacer
        <me/le> saca a cada rato y hay que [empezar|poner la clave] de nuevo
        ni desde el {celular} ni desde {la_compu} se puede [entrar|pagar|transferir]
        "intente más tarde" es lo único que <leo/lee> desde el {day}
        """,
    "app_down.curt": """
        [no abre|se cierra sola|no carga]
        "intente más tarde", [siempre lo mismo|ya es más tarde]
        [error|pantalla en blanco] [otra vez|todo el día]
        imposible entrar desde el {day}
        """,
    "app_down.thing": """
        [la caída|el error|la falla] de la {app}
        la {app}
        el acceso desde el {celular}
        """,
    "app_down.ask": """
        cómo se [instala|actualiza] la {app} en un {celular} nuevo
        desde qué versión de {celular} funciona la {app}
        cómo se recupera la clave para entrar a la {app}
        a qué hora hacen mantenimiento de la {app}
        """,
    "app_down.request": """
        [cambiar|recuperar] la clave de la {app}
        [vincular|registrar] un {celular} nuevo en la {app}
        [subir|cambiar] el límite de transferencias en la {app}
        """,
    "app_down.fixed": """
        la {app} volvió a [abrir|funcionar] {fast}
        <pude/pudo> entrar a la {app} {fast} con la clave nueva
        <me/le> arreglaron {fast} el error al entrar desde el {celular}
        """,
    "app_down.nice": """
        la {app} [abre rápido|nunca se cae] y <pago/paga> todo desde el {celular}
        con la nueva versión de la {app} se transfiere en dos toques
        """,
    "app_down.sarcasm": """
        [gracias|felicitaciones] por la {app}, una obra de arte: pantalla en blanco
        me encanta mirar la ruedita [toda la tarde|mientras vence mi recibo]
        """,
    "double_charge.core": """
        <me/le> [cobraron|cargaron|pasaron] dos veces la [misma compra|cena|compra] de {amount}[| el {day}]
        el pago de {amount} [salió|apareció|se hizo] [duplicado|dos veces] [en <mi/su> tarjeta{ending}|en la cuenta]
        el {asesor_tienda} pasó la tarjeta otra vez porque "no había salido" y <me/le> [descontaron|cargaron] las dos
        <pagué/pagó> [la luz|el alquiler|el pasaje] en {place} y <me/le> descontaron {amount} [y luego otra vez {amount}|por duplicado]
        la {app} se colgó a mitad del pago y [salieron|se hicieron] dos de {amount}
        """,
    "double_charge.now": """
        <tengo/tiene> un solo recibo y dos salidas de {amount}
        en el estado de cuenta hay dos líneas iguales [del {day}|de {amount}]
        <compré/compró> un par de zapatos y <pagué/pagó> como si fueran dos
        hay {amount} de más por la misma [cena|compra|factura]
        """,
    "double_charge.curt": """
        una compra, dos cobros
        {amount} y otra vez {amount}, el mismo día
        un café al precio de dos
        [doble|duplicado] [otra vez|el {day}]
        """,
    "double_charge.thing": """
        el [cobro|cargo|pago] [doble|duplicado|repetido]
        la compra [cobrada dos veces|que salió dos veces]
        """,
    "double_charge.ask": """
        qué pasa si un pago [sale dos veces|se duplica]
        cómo se sabe si una compra de {amount} se cobró una o dos veces
        en cuántos días se anula [solo|solo, sin trámite,] un cobro duplicado
        """,
    "double_charge.request": """
        [el voucher|el comprobante] de los dos pagos de {amount}[| del {day}]
        anular uno de los dos pagos de {amount} que <hice/hizo> por error
        el estado de cuenta con las dos compras de {amount}
        """,
    "double_charge.fixed": """
        <me/le> devolvieron {fast} el segundo cobro de {amount}
        anularon {fast} el pago que salió dos veces
        se corrigió {fast} el cargo repetido
        """,
    "double_charge.nice": """
        la {app} <me/le> avisó de que iba a pagar dos veces lo mismo
        se dieron cuenta solos de un pago duplicado y lo anularon
        """,
    "double_charge.sarcasm": """
        [gracias|felicitaciones] por cobrarme dos veces, [una me parecía poco|así seguro que llega]
        oferta del banco: compre uno y pague dos
        """,
    "credit_denied.core": """
        <me/le> [negaron|rechazaron] [el préstamo|el crédito] [el {day}|sin explicación|en cinco minutos]
        <me/le> [aprobaron|ofrecieron] un crédito y [el {day}|al firmar] <me/le> dijeron que siempre no
        <presenté/presentó> todos los papeles en {agencia} y la solicitud salió desaprobada
        por una deuda [que ya <pagué/pagó>|de otra persona] <me/le> cerraron la puerta al préstamo
        <me/le> bajaron el monto del crédito a la mitad [el día de la firma|sin decir por qué]
        """,
    "credit_denied.now": """
        <cumplo/cumple> [todo|con cada requisito] y la respuesta es no
        según el sistema <no califico/no califica>, y nadie dice qué falta
        <me/le> llaman cada semana para ofrecer un crédito y cuando <lo pido/lo pide>, no
        sin ese dinero se <me/le> cae [la compra de la casa|el negocio|la matrícula]
        """,
    "credit_denied.curt": """
        ofrecen y después dicen que no
        "no califica", [sin más|y punto]
        [diez años|cinco años] pagando puntual y me dicen que no
        """,
    "credit_denied.thing": """
        el [préstamo|crédito]
        la solicitud [de crédito|del préstamo]
        la evaluación [del crédito|crediticia]
        """,
    "credit_denied.ask": """
        qué requisitos hay para un [préstamo|crédito]
        cuánto demora la evaluación de un [préstamo|crédito]
        por qué motivos se [niega|desaprueba] un [préstamo|crédito]
        cuándo se puede volver a pedir un crédito después de un rechazo
        """,
    "credit_denied.request": """
        [la evaluación|una simulación] de un [préstamo|crédito]
        [el motivo por escrito|la carta] de la respuesta a <mi/su> solicitud de crédito
        una ampliación del [préstamo|crédito]
        """,
    "credit_denied.fixed": """
        <me/le> [aprobaron|desembolsaron] {fast} el préstamo que <me/le> habían negado
        revisaron {fast} la solicitud y [salió|fue aprobada]
        <me/le> explicaron {fast} por qué no salió el crédito
        """,
    "credit_denied.nice": """
        <me/le> dieron el [préstamo|crédito] sin tanto papel
        el crédito salió el mismo día
        """,
    "credit_denied.sarcasm": """
        [gracias|felicitaciones] por ofrecerme un préstamo cada semana para decirme que no
        claro, cómo le van a prestar a alguien que siempre pagó
        """,
    "card_delivery.core": """
        <pedí/pidió> la tarjeta [hace un mes|el {day}|tres veces] y no llegó [a {place}|a <mi/su> casa]
        la tarjeta [figuró|salió] como entregada el {day} y nadie la recibió
        el [mensajero|repartidor] [fue a otra dirección|dijo que no había nadie|nunca tocó el timbre]
        <me/le> mandaron la tarjeta a [una dirección antigua|{elsewhere}|otra ciudad]
        el plástico [salió de la oficina|fue enviado] el {day} y se perdió en el camino
        """,
    "card_delivery.now": """
        <llevo/lleva> [un mes|semanas] [pegad@ a la ventana|esperando al mensajero] y nada
        <sigo/sigue> sin plástico desde que venció el otro
        el seguimiento dice "en camino" desde el {day}
        el portero no ha visto ningún sobre del banco
        <me/le> dicen [mañana|"48 horas"] y así ya [van tres semanas|va un mes]
        """,
    "card_delivery.curt": """
        mi tarjeta [sigue "en camino"|lleva un mes "en camino"]
        dice "entregado" y aquí no vino nadie
        el mensajero [no llega|sigue perdido]
        """,
    "card_delivery.thing": """
        [la entrega|el envío] de la tarjeta
        la tarjeta [nueva|que no llegaba]
        el [mensajero|envío]
        """,
    "card_delivery.ask": """
        cuánto [tarda|demora] en llegar [una tarjeta nueva|el plástico] a {place}
        dónde se ve por dónde va el envío de la tarjeta
        quién puede recibir la tarjeta si el titular no está
        """,
    "card_delivery.request": """
        [recoger la tarjeta|que entreguen la tarjeta] en {agencia} de {place}
        cambiar la dirección de entrega de la tarjeta
        [un duplicado|la renovación] de la tarjeta{ending} por vencimiento
        """,
    "card_delivery.fixed": """
        la tarjeta llegó {fast} [a casa|a {agencia}]
        volvieron a enviar {fast} la tarjeta perdida
        <recogí/recogió> {fast} en {agencia} la tarjeta que no llegaba
        """,
    "card_delivery.nice": """
        la tarjeta nueva llegó en dos días a {place}
        el mensajero llamó antes y esperó
        """,
    "card_delivery.sarcasm": """
        [gracias|felicitaciones] al mensajero, mi tarjeta debe de conocer ya todo el país
        qué emoción, llevo un mes jugando a las escondidas con mi tarjeta
        """,
    "wrong_data.core": """
        <mi/su> [nombre|apellido|dirección] [salió|apareció] mal [en el estado de cuenta|en la tarjeta|en el contrato]
        <pedí/pidió> corregir <mis/sus> datos el {day} y [volvieron a salir mal|no cambiaron nada]
        <me/le> [mandaron|enviaron] las cartas a [una dirección antigua|{elsewhere}|casa de un vecino]
        <me/le> registraron con [el documento|el apellido|la fecha de nacimiento] de otra persona
        el banco mandó los códigos a un {celular} que ya no <uso/usa>
        """,
    "wrong_data.now": """
        <sigo llamándome/sigue llamándose> de otra forma para el banco
        en la tarjeta dice un apellido que no es [de <mi/su> familia|el <mío/suyo>]
        para el sistema <vivo/vive> en una casa que <dejé/dejó> hace [tres|cinco] años
        le falta una letra a <mi/su> nombre y por eso <no me/no le> dejan [firmar|cobrar un cheque|entrar]
        <me/le> escriben a un correo que no <uso/usa> desde {long_ago}
        """,
    "wrong_data.curt": """
        ese no es mi [apellido|nombre]
        [tercera|segunda] vez que lo corrijo y sigue mal
        hace años que no vivo ahí
        """,
    "wrong_data.thing": """
        el error en [mis|los] datos
        la [dirección|fecha de nacimiento] [equivocada|mal registrada]
        el cambio de [dirección|{celular}|correo]
        """,
    "wrong_data.ask": """
        cómo se [corrige|cambia] en el banco [un apellido|la dirección|el {celular}]
        qué documento se presenta para corregir un nombre
        dónde se actualizan los datos: en la {app} o en {agencia}
        """,
    "wrong_data.request": """
        [corregir|actualizar] <mi/su> [dirección|correo|{celular}|apellido] en el sistema
        que las cartas lleguen a <mi/su> [nueva dirección|casa de {elsewhere}]
        [registrar|cambiar] <mi/su> número de {celular}
        """,
    "wrong_data.fixed": """
        [corrigieron|cambiaron] {fast} el apellido que salía mal
        <me/le> actualizaron {fast} la dirección y el {celular}
        <mis/sus> datos ya salen bien en el estado de cuenta, lo arreglaron {fast}
        """,
    "wrong_data.nice": """
        <cambié/cambió> la dirección y el {celular} desde la {app} en un minuto
        <mis/sus> datos están bien a la primera, con tilde y todo
        """,
    "wrong_data.sarcasm": """
        [gracias|felicitaciones] por el cambio de nombre, el mío ya me aburría
        saludos a la persona que vive en mi dirección antigua y lee mis cartas
        """,
}
