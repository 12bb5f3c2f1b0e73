# Tumult en español. Quien añade una clave aquí la añade en todos los idiomas; tests/it/words.rs lo exige.

## Lo que dicen varias pantallas

menu-back = Volver
menu-cancel = Cancelar
menu-settings = Ajustes
menu-hint-keys = Flechas o ratón: elegir    Intro: aceptar    Esc: volver
menu-hint-pad = Palanca izquierda o cruceta: elegir    A: aceptar    B: volver
menu-on = Sí
menu-off = No

## Letras en pantalla, para mandos: cinco filas de diez

letters-row-1 = 1234567890
letters-row-2 = qwertyuiop
letters-row-3 = asdfghjklñ
letters-row-4 = zxcvbnm.:-
letters-row-5 = áéíóú,¿?!#
letters-shift = Mayús
letters-space = Espacio
letters-delete = Borrar
letters-done = Listo
letters-hint = A: escribir    X: borrar    Y: espacio    LB: mayús    Start: listo    B: cerrar

## El título

title-tagline = Una arena para mil pilotos
title-play = Buscar un servidor
title-settings = Ajustes
title-quit = Salir
title-you-are = Vuelas como { $name }
title-version = versión { $version }

## Buscar un servidor

servers-title = Buscar un servidor
servers-favourites = Favoritos
servers-recent = Recientes
servers-local = Red local
servers-column-name = Servidor
servers-column-arena = Arena
servers-column-players = Jugadores
servers-column-ping = Latencia
servers-column-version = Versión
servers-address = Dirección
servers-address-hint = Ir a (servidor o servidor:puerto)
servers-join = Entrar
servers-watch = Mirar
servers-refresh = Actualizar
servers-favourite-add = Guardar como favorito
servers-asking = preguntando ...
servers-silent = sin respuesta
servers-other-version = otra versión
servers-none-favourites = Aún no hay favoritos. Escribe una dirección abajo y elige «Guardar como favorito».
servers-none-recent = Aún no has estado en ningún servidor.
servers-none-local = Nadie responde en la red local. Los servidores responden en el puerto { $port } si nadie lo cambia.
servers-players = { $players } de { $places }
servers-ping = { $ms } ms
address-empty = Escribe la dirección de un servidor, como localhost:4455.
address-port = «{ $port }» no es un puerto: un puerto es un número de 1 a 65535.
address-fingerprint = Una huella son 64 cifras hexadecimales.

## De camino a un servidor

connecting-title = De camino
connecting-to = Conectando con { $server }
connecting-lookup = Buscando el servidor y preguntando si está ahí ...
connecting-welcome = El servidor está ahí. Esperando a que nos deje entrar ...
connecting-first = Ya estás dentro. Esperando la primera imagen ...
connecting-view = Recibiendo la arena: { $percent } %
connecting-seconds = { $seconds } s

## La conexión ha terminado

lost-title = La conexión ha terminado
lost-title-never = No has podido entrar
lost-rename = Cambiar tu nombre
lost-again = Intentar de nuevo
lost-other = Otro servidor
lost-watch = Mirar mientras tanto
lost-retry-in = Nuevo intento en { $seconds } s
lost-coming-back = Conexión perdida
lost-coming-back-more = { $reason }. Volviendo: { $seconds } s de { $patience } s.
lost-coming-back-way = { $key }: menú, salir del servidor
lost-full = El servidor está lleno: todos los puestos están ocupados.
lost-version = Las versiones no encajan: hay que actualizar una de las dos.
lost-assets = Tus archivos del juego difieren de los del servidor: hay que actualizar unos u otros.
lost-banned = Este servidor te ha expulsado: { $reason }
lost-name = Tu nombre no se puede usar: { $reason }
lost-silent = El servidor no responde.
lost-unknown = No hay ningún servidor llamado { $server }.
lost-stopped = El servidor se ha apagado.
lost-other-server = Este servidor es otro que el que había antes. Si de verdad se instaló de nuevo, borra su línea del archivo de servidores conocidos.
lost-arena = El servidor juega en una arena que esta versión no tiene.
lost-gone = El servidor se ha ido.
lost-restarted = El servidor se ha reiniciado.
lost-elsewhere = Has entrado desde otro sitio, y esta conexión se ha cerrado.
lost-slow = Tu conexión era demasiado lenta para el servidor.
lost-unreadable = El servidor no ha podido leer lo que le llegaba de ti.
lost-here = La red de este ordenador no se puede usar: { $reason }
lost-key = Tu clave no se puede leer o guardar. Es el archivo player.pem de la carpeta de datos del juego.
lost-said = El servidor dice: { $reason }
name-empty = está vacío
name-long = tiene más de 16 caracteres
name-control = contiene un carácter de control
name-invisible = contiene un carácter invisible
name-unknown = contiene un carácter desconocido
name-marks = contiene una letra con más de dos signos
name-alike = se parece al nombre de alguien que está aquí. Elige otro en los ajustes.
name-many = ya hay demasiados con este nombre. Elige otro en los ajustes.

## La pausa

pause-title = Pausa
pause-note = El combate sigue mientras tanto.
pause-resume = Volver al combate
pause-look-on = Seguir mirando
pause-vote = Votar qué viene ahora
pause-play = Tomar un puesto y jugar
pause-watch = Dejar el puesto y mirar
pause-players = Jugadores
pause-leave = Dejar el servidor

## Jugadores

players-title = Jugadores
players-mute = Silenciar
players-unmute = Escuchar de nuevo
players-complain = Denunciar
players-you = tú
players-bot = bot
players-none = No hay nadie más aquí.
complain-title = Denunciar a { $name }
complain-note = Quien lleva el servidor lo lee junto con las últimas líneas del chat.
complain-cheating = Hace trampas
complain-insults = Insulta o amenaza
complain-spam = Llena el chat
complain-name = Tiene un nombre ofensivo
complain-sabotage = Estropea el juego a propósito
complain-taken = Tu denuncia queda anotada. Gracias.
complain-too-many = No se ha anotado: demasiadas denuncias últimamente, o ya una de este jugador.
complain-not-kept = Este servidor no anota denuncias.
complain-gone = No se ha anotado: el jugador ya no está aquí.

## La clasificación

scores-title = Clasificación
scores-name = Piloto
scores-bot = { $name } (bot)
scores-score = Puntos
scores-kills = Bajas
scores-deaths = Muertes
scores-round = Ronda { $round }
scores-you-won = Has ganado la ronda
scores-won = { $name } ha ganado la ronda
scores-team-won = Tu equipo ha ganado la ronda
scores-team-lost = { $team } ha ganado la ronda
scores-draw = La ronda acaba en empate
scores-next = Próxima ronda en { $seconds } s
scores-most-kills = Más bajas: { $name } con { $count }
scores-survivor = Menos muertes: { $name } con { $count }
scores-alike = { $pilots } pilotos
scores-tie-teams = { $points } cada uno: el { $team } mantuvo los suyos unas décimas más
scores-tie-pilots = { $points } cada uno: gana quien murió menos
scores-your-place = Tu puesto: { $place } de { $of }

## El chat

chat-hint-team = Di algo a tu equipo
chat-team = equipo
chat-hint = Di algo a todos
chat-send = Intro: enviar    Esc: cerrar
chat-too-soon = No se ha enviado: un mensaje por segundo como máximo.
chat-muted = No se ha enviado: has escrito demasiado. Podrás escribir en { $seconds } s.
chat-quick-title = Mensajes rápidos
chat-quick-hint = Número o ratón: decirlo    Esc: cerrar
chat-quick-hint-pad = Cruceta: elegir    A: decirlo    B: cerrar
chat-quick-team = a tu equipo
quick-1 = ¡Hola!
quick-2 = ¡Bien jugado!
quick-3 = ¡Gracias!
quick-4 = ¡Perdón!
quick-5 = ¡Detrás de ti!
quick-6 = ¡Buena partida!

## La votación, y qué se puede jugar

vote-title = ¿Qué viene ahora?
vote-left = { $seconds } s para votar
vote-hint = Número o ratón: votar
    Esc: cerrar
vote-hint-pad = Cruceta: elegir    A: votar
    B: cerrar
vote-watching = Solo vota quien juega
    Esc: cerrar
vote-closed = { $key }: votar, { $seconds } s
vote-closed-bare = Hay una votación: mira la pausa, { $seconds } s
vote-stay = { $arena } (seguir)
vote-stay-short = seguir
mode-free-for-all = Todos contra todos
mode-control-points = Dos equipos, puntos de control
mode-free-for-all-short = Individual
mode-control-points-short = Dos equipos
moving-to = El juego sigue en { $arena } ...
arena-yard = Patio
arena-expanse = Llanura
team-west = Oeste
team-east = Este

## Los ajustes

settings-title = Ajustes
settings-game = Juego
settings-video = Imagen
settings-sound = Sonido
settings-controls = Controles
settings-name = Tu nombre
settings-language = Idioma
language-en = English
language-es = Español
settings-text-scale = Tamaño de las letras
settings-screen-shake = Temblor de la imagen
settings-flashes = Destellos
settings-look-ahead = La vista sigue a la mira
settings-death-view = Tras tu muerte
settings-death-killer = Mirar a quien te mató
settings-death-free = Mover la vista libremente
settings-palette = Colores
settings-palette-standard = Normales
settings-palette-deuteranopia = Deuteranopía (sin verde)
settings-palette-protanopia = Protanopía (sin rojo)
settings-palette-tritanopia = Tritanopía (sin azul)
settings-window-mode = Ventana
settings-window-windowed = En una ventana
settings-window-borderless = Toda la pantalla, sin bordes
settings-window-fullscreen = Toda la pantalla
settings-resolution = Resolución
settings-resolution-screen = La de la pantalla
settings-vsync = Sincronización vertical
settings-frame-cap = Máximo de imágenes por segundo
settings-frame-cap-none = Sin límite
settings-quality = Calidad
settings-quality-automatic = Automática
settings-quality-low = Baja
settings-quality-medium = Media
settings-quality-high = Alta
settings-field-of-view = Campo de visión
settings-degrees = { $degrees }°
settings-percent = { $percent } %
settings-volume-master = Todo
settings-volume-effects = Efectos
settings-volume-announcer = Locutor
settings-volume-ambience = Ambiente
settings-volume-music = Música
settings-volume-interface = Menús y mensajes
settings-pointer = Puntero del ratón en el combate
settings-pointer-captured = Se queda en la ventana
settings-pointer-system = El del sistema
settings-sensitivity = Sensibilidad del ratón
settings-sensitivity-system = la del sistema
settings-aim-assist = Ayuda para apuntar (mando)
settings-dead-zone = Zona muerta de las palancas
settings-column-action = Acción
settings-column-keys = Teclado y ratón
settings-column-pad = Mando
settings-press-key = pulsa una tecla ...
settings-press-button = pulsa un botón ...
settings-bind-hint = Intro, A: cambiar    Supr, Y: vaciar    Esc, B: volver
settings-listen-hint = Pulsa lo que quieras usar. Esc: dejarlo como estaba
settings-conflict = También sirve para: { $actions }
settings-usual = Volver a los controles iniciales
settings-set-aside = No se pudieron leer tus ajustes. Se han guardado como { $file }; juegas con los de siempre.
places-set-aside = No se pudo leer tu lista de servidores. Se ha guardado como { $file }; empiezas con una vacía.
settings-brought-back = Algunos ajustes estaban fuera de sus límites y se han corregido: { $keys }
settings-passed-over = Esta versión no sabe qué dicen estos ajustes, y usa los suyos: { $keys }
settings-no-file = Tus ajustes no se pueden leer o guardar: { $trouble }
places-no-file = Tu lista de servidores no se puede leer o guardar: { $trouble }

## Lo que se puede asignar

action-move = Moverse
action-aim = Apuntar
action-move-up = Ir arriba
action-move-down = Ir abajo
action-move-left = Ir a la izquierda
action-move-right = Ir a la derecha
action-fire = Disparar
action-rocket = Cohete
action-dash = Impulso
action-reload = Recargar
action-scores = Clasificación
action-chat = Chat
action-team-chat = Hablar con tu equipo
action-quick = Mensajes rápidos
action-vote = La votación otra vez
action-network = Cifras de la red
action-pause = Pausa

## Teclas y botones

key-space = Espacio
key-enter = Intro
key-escape = Esc
key-tab = Tab
key-backspace = Retroceso
key-shift = Mayús
key-control = Ctrl
key-alt = Alt
key-up = Arriba
key-down = Abajo
key-left = Izquierda
key-right = Derecha
key-numpad = Núm { $key }
key-page-up = Re Pág
key-page-down = Av Pág
key-home = Inicio
key-end = Fin
key-insert = Insert
key-delete = Supr
key-caps-lock = Bloq Mayús
key-num-lock = Bloq Num
key-scroll-lock = Bloq Despl
key-print = Impr Pant
key-pause = Pausa
key-menu = Menú
key-super = Súper
key-other = Tecla { $key }
mouse-aim = Ratón
mouse-left = Botón izquierdo
mouse-right = Botón derecho
mouse-middle = Botón central
mouse-back = Botón atrás
mouse-forward = Botón adelante
mouse-other = Botón { $number } del ratón
pad-south = A / Cruz
pad-east = B / Círculo
pad-west = X / Cuadrado
pad-north = Y / Triángulo
pad-left-bumper = L1 / LB
pad-right-bumper = R1 / RB
pad-left-trigger = L2 / LT
pad-right-trigger = R2 / RT
pad-select = Select
pad-start = Start
pad-left-thumb = L3 / LS
pad-right-thumb = R3 / RS
pad-left-stick = Palanca izquierda
pad-right-stick = Palanca derecha
pad-stick-up = Palanca izq. arriba
pad-stick-down = Palanca izq. abajo
pad-stick-left = Palanca izq. izquierda
pad-stick-right = Palanca izq. derecha
pad-up = Cruceta arriba
pad-down = Cruceta abajo
pad-left = Cruceta izquierda
pad-right = Cruceta derecha
pad-other = Botón { $button }

## El combate

hud-standing = { $points ->
        [one] { $points } punto, puesto { $place } de { $of }
       *[other] { $points } puntos, puesto { $place } de { $of }
    }
hud-watching-of = { $pilots } pilotos
hud-died = Has muerto. Vuelves en { $seconds }
hud-killed-by = Te mató { $name }
hud-own-hand = Por tu propia mano
hud-judged-by = Te dio donde te vio hace { $ms } ms, a { $metres } m de donde tú te veías
hud-watching = Mirando
watch-who = Mirando a { $name }
watch-standing = puesto { $place } de { $of }, puntos: { $points }, muertes: { $deaths }
watch-free = Vista libre
watch-free-how = Se mueve con { $up } { $left } { $down } { $right } o la palanca izquierda
watch-keys = { $next }: siguiente    { $previous }: anterior    { $free }: vista libre    { $menu }: menú, tomar un puesto
watch-keys-free = { $next }: siguiente    { $previous }: anterior    { $free }: volver a un piloto    { $menu }: menú, tomar un puesto
watch-keys-pilots = { $next }: siguiente    { $previous }: anterior    { $menu }: menú, tomar un puesto
hud-waiting = Esperando la primera imagen
hud-warm-up = Calentamiento
hud-warm-up-more = Todavía no cuenta nada. La primera ronda llega en { $seconds } s,
    o antes con { $players } personas: hay { $here }, los bots no cuentan.
hud-begins = La ronda empieza en { $seconds }
hud-hold = Toma los puntos y mantenlos
hud-own-team = { $team } (tú)
hud-team = Luchas por el { $team }
feed-point-taken = El { $team } toma { $point }
feed-point-lost = { $point } ya no es de nadie
feed-came = { $name } ha llegado
feed-left = { $name } se ha ido
feed-somebody = alguien

## The network's figures; columns of letters, so no line may be long

net-round-trip = ida y vuelta
net-jitter = variación
net-loss = pérdida
net-snapshots = instantáneas
net-behind = los demás se dibujan con retraso de
net-corrections-last = correcciones, la última
net-bytes = bytes por segundo
net-most = sobre todo
net-wrong = mal previsto
net-wrong-most = veces   máximo
net-last = última
net-missed = falta una entrada
net-starved-percent = sin datos %
net-starved-parts = { $late } tarde  { $lost } perd.  { $left_out } omit.
net-inputs-early = adelanto
net-margins = mín { $least }  1 % { $one }  50 % { $median }
net-last-minute = el último minuto
net-bytes-down = bytes bajan
net-lost = perdidas
net-starved = sin datos
net-corrections = correcciones
net-inputs-late = entr. tarde

## Los términos de estas cifras: las filas de un estado y sus campos

term-pilot = piloto
term-own = propio
term-rocket = cohete
term-pickup = objeto
term-noise = ruido
term-round = ronda
term-framing = marco
term-aim = puntería
term-alive = vivo
term-available = disponible
term-beat = compás
term-steering = mando
term-steering-time = tiempo de mando
term-dash-wait = espera de impulso
term-dash-way = rumbo de impulso
term-dash = impulso
term-end = fin
term-fire = disparo
term-health = salud
term-hits = aciertos
term-hurt = heridas
term-hurt-from = herida desde
term-kind = tipo
term-number = número
term-owner = dueño
term-playing = en juego
term-protection = protección
term-reload = recarga
term-respawn = regreso
term-rifle-wait = espera de fusil
term-reserve = reserva
term-rounds = balas
term-rocket-wait = espera de cohete
term-rockets = cohetes
term-shots = disparos
term-speed-x = velocidad x
term-speed-y = velocidad y
term-weapons = armas libres
term-place-x = lugar x
term-place-y = lugar y
