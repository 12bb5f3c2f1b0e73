# Tumult in English. Whoever adds a key here adds it to every language; tests/it/words.rs asks for it.

## What several screens say

menu-back = Back
menu-cancel = Cancel
menu-settings = Settings
menu-hint-keys = Arrows or mouse: choose    Enter: select    Esc: back
menu-hint-pad = Left stick or D-pad: choose    A: select    B: back
menu-on = On
menu-off = Off

## Letters on screen, for gamepads: five rows of ten

letters-row-1 = 1234567890
letters-row-2 = qwertyuiop
letters-row-3 = asdfghjkl-
letters-row-4 = zxcvbnm.:#
letters-row-5 = ,!?'"/()@_
letters-shift = Shift
letters-space = Space
letters-delete = Delete
letters-done = Done
letters-hint = A: type    X: delete    Y: space    LB: shift    Start: done    B: close

## The title

title-tagline = An arena for a thousand pilots
title-play = Find a server
title-settings = Settings
title-quit = Quit
title-you-are = You fly as { $name }
title-version = version { $version }

## Finding a server

servers-title = Find a server
servers-favourites = Favourites
servers-recent = Recent
servers-local = Local network
servers-column-name = Server
servers-column-arena = Arena
servers-column-players = Players
servers-column-ping = Ping
servers-column-version = Version
servers-address = Address
servers-address-hint = Go to (host or host:port)
servers-join = Join
servers-watch = Watch
servers-refresh = Refresh
servers-favourite-add = Keep as favourite
servers-asking = asking ...
servers-silent = no answer
servers-other-version = other version
servers-none-favourites = No favourites yet. Type an address below, then choose "Keep as favourite".
servers-none-recent = You have not been on any server yet.
servers-none-local = Nobody answers on the local network. Servers answer on port { $port } unless told otherwise.
servers-players = { $players } of { $places }
servers-ping = { $ms } ms
address-empty = Type the address of a server, such as localhost:4455.
address-port = "{ $port }" is not a port: a port is a number from 1 to 65535.
address-fingerprint = A fingerprint is 64 hexadecimal digits.

## On the way to a server

connecting-title = On the way
connecting-to = Connecting to { $server }
connecting-lookup = Looking for the server and asking whether it is there ...
connecting-welcome = The server is there. Waiting to be let in ...
connecting-first = You are in. Waiting for the first picture ...
connecting-view = Receiving the arena: { $percent } %
connecting-seconds = { $seconds } s

## The connection is over

lost-title = The connection is over
lost-title-never = You did not get in
lost-rename = Change your name
lost-again = Try again
lost-other = Another server
lost-watch = Watch instead
lost-retry-in = Trying again in { $seconds } s
lost-coming-back = Connection lost
lost-coming-back-more = { $reason }. Coming back: { $seconds } s of { $patience } s.
lost-coming-back-way = { $key }: menu, leave the server
lost-full = The server is full: every place is taken.
lost-version = The versions don't fit together: one of the two must be updated.
lost-assets = Your game files differ from the server's: one of the two must be updated.
lost-banned = You are banned from this server: { $reason }
lost-name = Your name can't be used: { $reason }
lost-silent = The server does not answer.
lost-unknown = There is no server called { $server }.
lost-stopped = The server was shut down.
lost-other-server = This is another server than the one that was there before. If it was really set up anew, remove its line from the file of known servers.
lost-arena = The server plays in an arena that this build lacks.
lost-gone = The server went away.
lost-restarted = The server was started anew.
lost-elsewhere = You came again from another place, and this connection was ended.
lost-slow = Your connection was too slow for the server.
lost-unreadable = The server could not read what came from you.
lost-here = The network of this computer can't be used: { $reason }
lost-key = Your key can't be read or kept. It is the file player.pem in the folder of the game's data.
lost-said = The server says: { $reason }
name-empty = it is empty
name-long = it is longer than 16 characters
name-control = it holds a control character
name-invisible = it holds an invisible character
name-unknown = it holds an unknown character
name-marks = it holds a letter with more than two marks
name-alike = it looks like the name of somebody who is here. Choose another in the settings.
name-many = too many of this name are here. Choose another in the settings.

## The pause

pause-title = Pause
pause-note = The fight goes on meanwhile.
pause-resume = Back to the fight
pause-look-on = Back to watching
pause-vote = Vote for what comes next
pause-play = Take a seat and play
pause-watch = Leave the seat and watch
pause-players = Players
pause-leave = Leave the server

## Players

players-title = Players
players-mute = Mute
players-unmute = Listen again
players-complain = Report
players-you = you
players-bot = bot
players-none = Nobody else is here.
complain-title = Report { $name }
complain-note = Whoever runs the server reads this with the last lines of the chat.
complain-cheating = Cheats
complain-insults = Insults or threatens
complain-spam = Fills the chat
complain-name = Has an offensive name
complain-sabotage = Spoils the game on purpose
complain-taken = Your report is written down. Thank you.
complain-too-many = Not written down: too many reports of late, or of this player already.
complain-not-kept = This server keeps no reports.
complain-gone = Not written down: the player is not here any more.

## The scores

scores-title = Standings
scores-name = Pilot
scores-bot = { $name } (bot)
scores-score = Score
scores-kills = Kills
scores-deaths = Deaths
scores-round = Round { $round }
scores-you-won = You won the round
scores-won = { $name } won the round
scores-team-won = Your team won the round
scores-team-lost = { $team } won the round
scores-draw = The round is a draw
scores-next = Next round in { $seconds } s
scores-most-kills = Most kills: { $name } with { $count }
scores-survivor = Fewest deaths: { $name } with { $count }
scores-alike = { $pilots } pilots
scores-tie-teams = { $points } each: { $team } held its points a fraction of a second longer
scores-tie-pilots = { $points } each: fewer deaths decided
scores-your-place = Your place: { $place } of { $of }

## Chat

chat-hint-team = Say something to your team
chat-team = team
chat-hint = Say something to everybody
chat-send = Enter: send    Esc: close
chat-too-soon = Not sent: one message a second is the most.
chat-muted = Not sent: you wrote too much. You can write again in { $seconds } s.
chat-quick-title = Quick messages
chat-quick-hint = Number or mouse: say it    Esc: close
chat-quick-hint-pad = D-pad: choose    A: say it    B: close
chat-quick-team = to your team
quick-1 = Hello!
quick-2 = Well played!
quick-3 = Thanks!
quick-4 = Sorry!
quick-5 = Behind you!
quick-6 = Good game!

## The vote, and what can be played

vote-title = What comes next?
vote-left = { $seconds } s to vote
vote-hint = Number or mouse: vote
    Esc: close
vote-hint-pad = D-pad: choose    A: vote
    B: close
vote-watching = Only who plays votes
    Esc: close
vote-closed = { $key }: vote, { $seconds } s
vote-closed-bare = A vote: see the pause, { $seconds } s
vote-stay = { $arena } (stay)
vote-stay-short = stay here
mode-free-for-all = Everybody for themselves
mode-control-points = Two teams, control points
mode-free-for-all-short = Free for all
mode-control-points-short = Two teams
moving-to = The game moves on to { $arena } ...
arena-yard = Yard
arena-expanse = Expanse
team-west = West
team-east = East

## Settings

settings-title = Settings
settings-game = Game
settings-video = Picture
settings-sound = Sound
settings-controls = Controls
settings-name = Your name
settings-language = Language
language-en = English
language-es = Español
settings-text-scale = Text size
settings-screen-shake = Screen shake
settings-flashes = Flashes
settings-look-ahead = Camera leans to the aim
settings-death-view = After your death
settings-death-killer = Look at the killer
settings-death-free = Move the view freely
settings-palette = Colours
settings-palette-standard = Standard
settings-palette-deuteranopia = Deuteranopia (no green)
settings-palette-protanopia = Protanopia (no red)
settings-palette-tritanopia = Tritanopia (no blue)
settings-window-mode = Window
settings-window-windowed = Windowed
settings-window-borderless = Full screen, borderless
settings-window-fullscreen = Full screen
settings-resolution = Resolution
settings-resolution-screen = The screen's own
settings-vsync = Vertical sync
settings-frame-cap = Most frames a second
settings-frame-cap-none = Unlimited
settings-quality = Quality
settings-quality-automatic = Automatic
settings-quality-low = Low
settings-quality-medium = Medium
settings-quality-high = High
settings-field-of-view = Field of view
settings-degrees = { $degrees }°
settings-percent = { $percent } %
settings-volume-master = Everything
settings-volume-effects = Effects
settings-volume-announcer = Announcer
settings-volume-ambience = Ambience
settings-volume-music = Music
settings-volume-interface = Menus and messages
settings-pointer = Mouse pointer in the fight
settings-pointer-captured = Stays in the window
settings-pointer-system = The system's
settings-sensitivity = Mouse sensitivity
settings-sensitivity-system = as the system's
settings-aim-assist = Aim assist (gamepad)
settings-dead-zone = Dead zone of the sticks
settings-column-action = Action
settings-column-keys = Keyboard and mouse
settings-column-pad = Gamepad
settings-press-key = press a key ...
settings-press-button = press a button ...
settings-bind-hint = Enter, A: change    Delete, Y: clear    Esc, B: back
settings-listen-hint = Press what you want to use. Esc: leave it as it was
settings-conflict = Also used for: { $actions }
settings-usual = Back to the defaults
settings-set-aside = Your settings could not be read. They were kept as { $file }; you play with the usual ones.
places-set-aside = Your list of servers could not be read. It was kept as { $file }; you begin with an empty one.
settings-brought-back = Some settings were out of range and have been corrected: { $keys }
settings-passed-over = This version does not know what these settings say, and uses its own: { $keys }
settings-no-file = Your settings can't be read or kept: { $trouble }
places-no-file = Your list of servers can't be read or kept: { $trouble }

## What can be bound

action-move = Move
action-aim = Aim
action-move-up = Move up
action-move-down = Move down
action-move-left = Move left
action-move-right = Move right
action-fire = Fire
action-rocket = Rocket
action-dash = Dash
action-reload = Reload
action-scores = Scores
action-chat = Chat
action-team-chat = Chat with your team
action-quick = Quick messages
action-vote = The vote again
action-network = Network figures
action-pause = Pause

## Keys and buttons

key-space = Space
key-enter = Enter
key-escape = Esc
key-tab = Tab
key-backspace = Backspace
key-shift = Shift
key-control = Ctrl
key-alt = Alt
key-up = Up
key-down = Down
key-left = Left
key-right = Right
key-numpad = Num { $key }
key-page-up = Page up
key-page-down = Page down
key-home = Home
key-end = End
key-insert = Insert
key-delete = Delete
key-caps-lock = Caps lock
key-num-lock = Num lock
key-scroll-lock = Scroll lock
key-print = Print
key-pause = Pause
key-menu = Menu
key-super = Super
key-other = Key { $key }
mouse-aim = Mouse
mouse-left = Left button
mouse-right = Right button
mouse-middle = Middle button
mouse-back = Back button
mouse-forward = Forward button
mouse-other = Mouse button { $number }
pad-south = A / Cross
pad-east = B / Circle
pad-west = X / Square
pad-north = Y / Triangle
pad-left-bumper = L1 / LB
pad-right-bumper = R1 / RB
pad-left-trigger = L2 / LT
pad-right-trigger = R2 / RT
pad-select = Select
pad-start = Start
pad-left-thumb = L3 / LS
pad-right-thumb = R3 / RS
pad-left-stick = Left stick
pad-right-stick = Right stick
pad-stick-up = Left stick up
pad-stick-down = Left stick down
pad-stick-left = Left stick left
pad-stick-right = Left stick right
pad-up = D-pad up
pad-down = D-pad down
pad-left = D-pad left
pad-right = D-pad right
pad-other = Button { $button }

## The fight

hud-standing = { $points ->
        [one] { $points } point, place { $place } of { $of }
       *[other] { $points } points, place { $place } of { $of }
    }
hud-watching-of = { $pilots } pilots
hud-died = You died. Back in { $seconds }
hud-killed-by = Killed by { $name }
hud-own-hand = By your own hand
hud-judged-by = It hit where it saw you { $ms } ms ago, { $metres } m from where you saw yourself
hud-watching = Watching
watch-who = Watching { $name }
watch-standing = place { $place } of { $of }, points: { $points }, deaths: { $deaths }
watch-free = Free view
watch-free-how = Move with { $up } { $left } { $down } { $right } or the left stick
watch-keys = { $next }: next    { $previous }: previous    { $free }: free view    { $menu }: menu, take a seat
watch-keys-free = { $next }: next    { $previous }: previous    { $free }: back to a pilot    { $menu }: menu, take a seat
watch-keys-pilots = { $next }: next    { $previous }: previous    { $menu }: menu, take a seat
hud-waiting = Waiting for the first picture
hud-warm-up = Warm-up
hud-warm-up-more = Nothing counts yet. The first round comes in { $seconds } s,
    or sooner with { $players } people: { $here } so far, bots don't count.
hud-begins = The round begins in { $seconds }
hud-hold = Take the points and hold them
hud-own-team = { $team } (you)
hud-team = You fight for { $team }
feed-point-taken = { $team } takes { $point }
feed-point-lost = { $point } is nobody's
feed-came = { $name } came
feed-left = { $name } left
feed-somebody = somebody

## The network's figures; columns of letters, so no line may be long

net-round-trip = round trip
net-jitter = jitter
net-loss = loss
net-snapshots = snapshots
net-behind = others are drawn behind by
net-corrections-last = corrections, the last one
net-bytes = bytes a second
net-most = most of it
net-wrong = predicted wrongly
net-wrong-most = times   at most
net-last = last
net-missed = input missed
net-starved-percent = starved %
net-starved-parts = { $late } late  { $lost } lost  { $left_out } left out
net-inputs-early = inputs early
net-margins = min { $least }  1 % { $one }  50 % { $median }
net-last-minute = the last minute
net-bytes-down = bytes down
net-lost = lost
net-starved = starved
net-corrections = corrections
net-inputs-late = inputs late

## The terms of these figures: what the rows of a snapshot are, and their fields

term-pilot = pilot
term-own = own
term-rocket = rocket
term-pickup = pickup
term-noise = noise
term-round = round
term-framing = framing
term-aim = aim
term-alive = alive
term-available = there
term-beat = beat
term-steering = steering
term-steering-time = steering time
term-dash-wait = dash wait
term-dash-way = dash way
term-dash = dash
term-end = end
term-fire = fire
term-health = health
term-hits = hits
term-hurt = hits taken
term-hurt-from = hit from
term-kind = kind
term-number = number
term-owner = owner
term-playing = playing
term-protection = protection
term-reload = reload
term-respawn = respawn
term-rifle-wait = rifle wait
term-reserve = reserve
term-rounds = rounds
term-rocket-wait = rocket wait
term-rockets = rockets
term-shots = shots
term-speed-x = speed x
term-speed-y = speed y
term-weapons = weapons free
term-place-x = place x
term-place-y = place y
