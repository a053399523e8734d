//! Lines in which a secret that looks like a word is given, and lines that only say something of one.

/// A line each, and behind its last bar what must not show.
pub const GIVEN: &str = r###"
The new password for svc_rpa is periwinkle.|periwinkle
Robot password is now Foxglove, please test|Foxglove
fyi the passphrase is lavender-hill|lavender-hill
I set the password to Clover_leaf yesterday|Clover_leaf
we rotated the password from Larkspur1 to Larkspur_2|Larkspur1
we rotated the password from Larkspur1 to Larkspur_2|Larkspur_2
Please use Snowdrop as the password for the kiosk|Snowdrop
You can sign in with svc_test / Cornflower.|Cornflower
log in as CORP\svc_rpa with Hyacinth#4|Hyacinth#4
Password for svc_sap: primrose|primrose
Old password: tiger lily ten|tiger lily
Current password (do not share): tiger lily|tiger lily
The password "sweet pea" does not work any more|sweet pea
creds for TS-04: svc_r4 / Honeysuckle|Honeysuckle
the PIN for the card is 4471|4471
API key is Zk9-77aa-QweRty12|Zk9-77aa-QweRty12
username: svc_bot, password: daffodil|daffodil
password => 'wood.sorrel'|wood.sorrel
Das neue Passwort vom Roboter lautet Ackerwinde.|Ackerwinde
Unser Kennwort ist Gänseblümchen und das alte war Vergissmeinnicht7|Gänseblümchen
Unser Kennwort ist Gänseblümchen und das alte war Vergissmeinnicht7|Vergissmeinnicht7
Ich habe das Passwort von „Alt_Moor“ auf „Neu_Moor“ geändert|Alt_Moor
Ich habe das Passwort von „Alt_Moor“ auf „Neu_Moor“ geändert|Neu_Moor
Nehmt bitte Storchschnabel als Passwort.|Storchschnabel
Altes Kennwort: Butterblume|Butterblume
Kennwort für svc_rpa: hahnenfuß|hahnenfuß
Anmeldung mit svc_rpa / Wiesenknopf klappt nicht|Wiesenknopf
Die PIN der Karte lautet 88123|88123
Zugangsdaten: svc_rpa / Salbei.feld|Salbei.feld
Le nouveau mot de passe est Coquelicot.|Coquelicot
mot de passe actuel : fleur de lys|fleur de lys
On a changé le mot de passe de Bleuet_1 à Bleuet_2|Bleuet_2
Utilisez Pâquerette comme mot de passe.|Pâquerette
connectez-vous avec svc_test / Jonquille|Jonquille
Mot de passe du compte svc_rpa : muguet|muguet
La contraseña nueva es Girasol, pruébenla|Girasol
Contraseña actual: flor de azahar|flor de azahar
Cambiamos la contraseña de Clavel_1 a Clavel_2|Clavel_1
usen Amapola como contraseña|Amapola
entren con svc_test / Jazmin.azul|Jazmin.azul
El PIN de la tarjeta es 6612|6612
La nuova password è Ginestra.|Ginestra
password provvisoria: mirto selvatico|mirto selvatico
la password è stata cambiata da Menta_1 a Menta_2|Menta_2
usate Lavanda come password|Lavanda
A nova senha é Ipê-roxo.|Ipê-roxo
Senha atual: flor de lis|flor de lis
a senha foi trocada de Cravo_1 para Cravo_2|Cravo_1
palavra-passe nova: alecrim|alecrim
Het nieuwe wachtwoord is Korenbloem.|Korenbloem
Wachtwoord oud: paarse hei|paarse hei
wachtwoord gewijzigd van Tulp_1 naar Tulp_2|Tulp_2
gebruik Zonnebloem als wachtwoord|Zonnebloem
Nowe hasło to Konwalia.|Konwalia
hasło zostało zmienione z Malwa_1 na Malwa_2|Malwa_1
Hasło do robota: niezapominajka|niezapominajka
Hasło tymczasowe: bratek polny|bratek polny
Nya lösenordet är Förgätmigej.|Förgätmigej
Lösenordet ändrades från Blomma_1 till Blomma_2|Blomma_2
Lösenord för svc_rpa: linnea|linnea
Adgangskoden er Kornblomst.|Kornblomst
adgangskoden blev ændret fra Rose_1 til Rose_2|Rose_2
Passord: hvitveis|hvitveis
Salasana on Kielo-metsä.|Kielo-metsä
Uusi salasana: sinivuokko|sinivuokko
Heslo k účtu je Kopretina.|Kopretina
Nové heslo: pampeliška|pampeliška
A jelszó: árvácska|árvácska
Şifre: papatya|papatya
Parola este Lăcrămioară.|Lăcrămioară
Новый пароль: одуванчик|одуванчик
Пароль от учетки svc_rpa это Ромашка.|Ромашка
Пароль сменили с Клевер_1 на Клевер_2|Клевер_1
логин svc_sap пароль Vasilek9|Vasilek9
Пароль: волошка|волошка
パスワードは Himawari_7 です|Himawari_7
密码：mudan_hua|mudan_hua
新密码是 Mudan2026|Mudan2026
비밀번호: mugunghwa|mugunghwa
Ο κωδικός πρόσβασης είναι Γαρδένια7|Γαρδένια7
await page.locator('#userPassword').fill('wild.mint');|wild.mint
cy.get('input[type="password"]').type('wildmint')|wildmint
await page.getByLabel("Passwort").fill("Wildminze")|Wildminze
browser.$('#pwd').setValue('wildmint')|wildmint
await t.typeText('#password', 'wildmint')|wildmint
I.fillField('password', secret('wildmint'))|wildmint
driver.find_element(By.NAME, "passwd").send_keys("wildmint")|wildmint
dlg.PasswordEdit.type_keys("wildmint")|wildmint
app.Dialog.Edit2.set_edit_text("wildmint")  # password|wildmint
pyautogui.typewrite("wildmint\n")  # pw|wildmint
user, pw = "svc_rpa", "wildmint"|wildmint
AUTH = ("svc_rpa", "wildmint")|wildmint
base64.b64encode(b"svc_rpa:wildmint")|wildmint
SendInput {Text}Wild!mint|Wild!mint
SendRaw, Wild#mint|Wild#mint
Send("wildmint", 1) ; enter password|wildmint
WshShell.SendKeys "wildmint{ENTER}" ' Kennwort|wildmint
objNet.MapNetworkDrive "Q:", "\\fs\x", True, "CORP\svc", "wildmint"|wildmint
foreach (var c in "wildmint".ToCharArray()) sec.AppendChar(c);|wildmint
"wildmint".ToCharArray() | ForEach-Object { $s.AppendChar($_) }|wildmint
$user, $password = "svc_rpa", "wildmint"|wildmint
$pair = [Text.Encoding]::UTF8.GetBytes('svc_rpa:wildmint')|wildmint
EXEC sp_password 'wild_old', 'wild_new', 'svc'|wild_new
EXEC sp_addlogin @loginame='svc', @passwd='wildmint'|wildmint
<Variable x:TypeArguments="x:String" Name="SvcPassword" Default="wildmint" />|wildmint
<Assign To="[strPassword]" Value="[&quot;wildmint&quot;]" />|wildmint
<InArgument x:TypeArguments="x:String" x:Key="in_Password">wildmint</InArgument>|wildmint
{"SapPassword":{"value":"wildmint"}}|wildmint
{"secretInput":{"type":"securestring","value":"wildmint"}}|wildmint
{\"Smtp\":{\"Pass\":\"wild.mint\"}}|wild.mint
SvcPwd=wildmint|wildmint
smtp.pass=wild.mint|wild.mint
setup.exe /S /AdminPass=wildmint /D=C:\x|wildmint
agent.exe -SvcPwd:wildmint|wildmint
msiexec /i x.msi SVCPASS=wildmint /qn|wildmint
call reset_password.bat svc_rpa wildmint|wildmint
powershell -File .\Set-SvcPw.ps1 svc_rpa wildmint|wildmint
aws secretsmanager create-secret --name x --secret-string wildmint|wildmint
rar a -hp"wild mint" a.rar|wild mint
7z a -p"wild mint" a.7z|wild mint
vpncli connect -u svc_vpn:Wild!mint -s vpn|Wild!mint
CEF:0|MS|Win|10|4688|x|3|cs1Label=cmd cs1=net use \\\\fs\\x wildmint /user:svc dst=10.0.0.1|wildmint
CEF:0|MS|Win|10|4688|x|3|cs2=psexec \\\\ts -u svc -p wildmint cmd dst=10.0.0.1|wildmint
{"process":{"args":["schtasks","/create","/rp","wildmint","/tn","x"]}}|wildmint
{"args":["curl","--password","wildmint","http://x"]}|wildmint
[password|wildmint][user|svc]|wildmint
P A S S W O R T : wildmint|wildmint
ＰＡＳＳＷＯＲＤ：wildmint|wildmint
<p>Das <b>Kennwort</b> lautet <tt>wildmint</tt></p>|wildmint
<li><strong>Password:</strong> <em>wildmint</em></li>|wildmint
<dt>Password</dt><dd>wildmint</dd>|wildmint
<table><tr><td>User</td><td>Passwort</td><td>Host</td></tr><tr><td>a</td><td>wildmint</td><td>TS1</td></tr></table>|wildmint
* PIN – `9912`|9912
- **Passwort** – `wild.mint`|wild.mint
<stage name="PIN" type="Data"><datatype>text</datatype><initialvalue>99121</initialvalue></stage>|99121
Input Password    id:pwd    wildmint|wildmint
${PASSWORD}    wildmint|wildmint
<ProductKey>BCDFG-HJKMP-QRTVW-XY234-6789B</ProductKey>|BCDFG-HJKMP
slmgr /ipk BCDFG-HJKMP-QRTVW-XY234-6789B|BCDFG-HJKMP
GET /x - 443 - 10.0.0.1 UA .AspNetCore.Session=CfDJ8Abc123Def456; 200|CfDJ8Abc123Def456
         * NTLM     : 0123456789abcdef0123456789abcdef|0123456789abcdef
The kiosk password was bluebonnet until Friday and is now Periwinkle.|Periwinkle
Password (admin): buttercup|buttercup
temp password: Welcome-Robin|Welcome-Robin
his password is buttercup btw|buttercup
Passphrase: purple rain on tin roofs|purple rain
I reset it; the new pw is Buttercup.|Buttercup
the pw for the VM is Buttercup (same as prod)|Buttercup
password=buttercup user=svc|buttercup
The password changed from 'old Rose' to 'new Rose' last night|new Rose
signed in as svc_rpa@corp.example using Thistle#9|Thistle#9
Try Marigold as the new password.|Marigold
bot pw: marigold|marigold
PIN is 5520|5520
my pin was 552019 before|552019
PW: Ringelblume|Ringelblume
Das Passwort heißt Ringelblume|Ringelblume
Kennwort neu = wilde Malve am Zaun|wilde Malve
Das Kennwort des Benutzers svc_rpa ist jetzt Ringelblume!|Ringelblume
Benutzer svc_rpa, Kennwort Ringelblume|Ringelblume
hab das pw auf Ringel_blume geändert|Ringel_blume
Passwort ist weiterhin Ringelblume.|Ringelblume
Le mot de passe du robot est toujours Capucine.|Capucine
mdp : capucine|capucine
identifiant svc_rpa, mot de passe Capucine|Capucine
Le mot de passe était Capucine avant hier|Capucine
La clave de acceso es Madreselva7|Madreselva7
usuario svc_rpa y contraseña Madreselva|Madreselva
La contraseña del robot sigue siendo «Madreselva»|Madreselva
utente svc_rpa, password Gelsomino|Gelsomino
La password del robot è ancora Gelsomino.|Gelsomino
usuário svc_rpa, senha Hortênsia|Hortênsia
A senha do robô continua Hort_ênsia7|Hort_ênsia7
gebruiker svc_rpa, wachtwoord Anjer_rood|Anjer_rood
Het wachtwoord van de robot is nog steeds Anjer.|Anjer
użytkownik svc_rpa, hasło Chaber_1|Chaber_1
Hasło robota brzmi Chaber.|Chaber
Lösenordet för roboten är fortfarande Prästkrage.|Prästkrage
brugernavn svc_rpa, kodeord Hvidtjørn|Hvidtjørn
Пароль робота: Подснежник|Подснежник
Новый пароль — Подснежник7|Подснежник7
<password>buttercup</password>|buttercup
<setting name="SmtpPassword" serializeAs="String"><value>buttercup</value></setting>|buttercup
<Password Value="buttercup"/>|buttercup
<add name="x" connectionString="Server=a;Uid=b;Pwd=buttercup" />|buttercup
  smtp_pass: butter.cup|butter.cup
password: buttercup|buttercup
  - password: "butter cup"|butter cup
password = "buttercup"|buttercup
admin_password = "buttercup"|buttercup
$Password = "buttercup" | ConvertTo-SecureString -AsPlainText -Force|buttercup
Set-ItemProperty -Path HKLM:\x -Name DefaultPassword -Value buttercup|buttercup
(New-Object Net.NetworkCredential('svc','buttercup')).GetType()|buttercup
new SqlConnectionStringBuilder { UserID = "sa", Password = "buttercup" }|buttercup
props.setProperty("mail.password", "buttercup");|buttercup
req.SetBasicAuth("svc", "butter#cup")|butter#cup
$db_pass = 'buttercup';|buttercup
mysqli_connect("db", "svc", "butter#cup", "shop")|butter#cup
Net::SSH.start("h", "svc", password: "buttercup")|buttercup
export SVC_PASSWORD=buttercup|buttercup
sshpass -p 'butter cup' ssh svc@h|butter cup
echo 'buttercup' | sudo -S ls|buttercup
htpasswd -b .htpasswd svc buttercup|buttercup
kinit -X password=buttercup|buttercup
net user svc "butter cup" /add|butter cup
rasdial VPN svc buttercup|buttercup
cmdkey /add:ts /user:svc /pass:"butter cup"|butter cup
sc config X obj= svc password= buttercup|buttercup
bitsadmin /SetCredentials job SERVER BASIC svc buttercup|buttercup
"C:\Program Files\PuTTY\plink.exe" -pw buttercup svc@h|buttercup
Connecting with user 'svc' and password 'buttercup'|buttercup
auth failed for svc (password: buttercup)|buttercup
[DEBUG] pwd="buttercup" len=9|buttercup
{"user":"svc","pwd":"buttercup"}|buttercup
?user=svc&password=buttercup&x=1|buttercup
POST body: username=svc&pass=butter.cup|butter.cup
Invalid password buttercup#1 for svc|buttercup#1
token: "abc123DEF456ghi"|abc123DEF456ghi
client_secret=Abc~123.def-GHI_456|Abc~123
x-api-key: 7f3e-AbCd-9912|7f3e-AbCd-9912
The admin password is "hollyhock", don't tell|hollyhock
service account pw - hollyhock7|hollyhock7
The default password remains Hollyhock.|Hollyhock
please log in with CORP\svc_rpa and Hollyhock!7|Hollyhock!7
Login mit svc_rpa / Stockrose funktioniert|Stockrose
Passwort unverändert: Stockrose|Stockrose
Das Passwort bleibt Stockrose.|Stockrose
verwende „Stockrose“ als Kennwort|Stockrose
Mot de passe : rose trémière|rose trémière
le mot de passe provisoire est Primevère, à changer|Primevère
La contraseña del robot: malva real|malva real
La password provvisoria è Primula (scade domani)|Primula
Senha do robô: malva|malva
Wachtwoord voor svc_rpa: stokroos|stokroos
hasło brzmi Pierwiosnek|Pierwiosnek
lösenordet ändrades till Gull_viva|Gull_viva
пароль: примула|примула
<uipath:TypeInto Text="[&quot;holly.hock&quot;]" DisplayName="Type Into 'INPUT password'" />|holly.hock
<ui:SetText Text="hollyhock" Selector="id='password'" />|hollyhock
{"inputs":{"authentication":{"password":"hollyhock","username":"svc"}}}|hollyhock
[{"name":"SQL_PASSWORD","value":"hollyhock"}]|hollyhock
Password1=hollyhock|hollyhock
db.user=svc;db.pwd=hollyhock|hollyhock
net use * \\fs\s /user:CORP\svc "holly hock" /persistent:no|holly hock
psexec \\ts05 -u svc -p "holly hock" cmd|holly hock
SCHTASKS /Create /TN x /RU svc /RP "holly hock" /F|holly hock
vaultcmd /addcreds:"Web Credentials" /identity:svc /authenticator:"holly hock"|holly hock
keyboard.write("holly_hock")  # password|holly_hock
ftp = FTP("h", user="svc", passwd="hollyhock")|hollyhock
await driver.findElement(By.css('#pwd')).sendKeys('hollyhock', Key.RETURN)|hollyhock
cy.get('#pw').type(`hollyhock`)|hollyhock
page.Locator("#Passwd").FillAsync("hollyhock");|hollyhock
Send, hollyhock{Enter} ; password|hollyhock
<p>Passwort: <span>hollyhock</span></p>|hollyhock
<td>Kennwort:</td><td>hollyhock</td>|hollyhock
p a s s w o r d = hollyhock|hollyhock
"PASS" => "holly.hock"|holly.hock
cs3=schtasks /create /ru svc /rp hollyhock /f dvc=1.2.3.4|hollyhock
"svc","net use \\fs ""holly hock"" /user:svc"|holly hock
a,"$x.SetPassword(""hollyhock"")",b|hollyhock
the password of CORP\rb2 is Plum & pear, 12 seeds. The machine is RPA-7.|Plum & pear, 12 seeds
Das Kennwort für corp\rb2 lautet Birne=Saft & 6 bar, damit geht es|Birne=Saft & 6 bar
Пароль от учётной записи corp\rb2 — Груша & Слива, 40 лет. Имя|Груша & Слива, 40 лет
hesabın şifresi Elma & 9 dal. Makine RPA|Elma & 9 dal
corp\rb2 的密码是 梅花&Bird 3只,电脑 RPA-7|梅花&Bird 3只
계정의 비밀번호는 배나무 & Gate 27개 입니다|배나무 & Gate 27개
log in with ann and use seven-red-Plums for the pw, please|seven-red-Plums
when the box asks for the password type Plum?tree 11 and hit enter|Plum?tree 11
parola olarak Kiraz!dalı kullanıyoruz|Kiraz!dalı
* robot2 -> pw plumtree22|plumtree22
Пароль от архива zip-moss-63|zip-moss-63
Benutzer/Passwort: elm\rob1 / Eicheln 2kg|Eicheln 2kg
Enter the password for 'ELM\r.bot3' to connect to 'elm-fs': Moss.tower 88|Moss.tower 88
$b = 'Marsh,flower stem' # pw of the bot|Marsh,flower stem
Type Into 'txtPassword': text = Ship"1500|Ship"1500
Bearer token acquired: tk1.7fGh2LpQ9sVxZ3cNmW4r, expires|tk1.7fGh2LpQ9sVxZ3cNmW4r
LicenseKey 4f9a6d31-c0de-47b2-b5a9-7e61d80c2f14 accepted|4f9a6d31-c0de-47b2-b5a9-7e61d80c2f14
.\Install.ps1 -machineKey d7b3f1c2-5e0a-4b6f-9c88-02e4a7719f35 -Type x|d7b3f1c2-5e0a-4b6f-9c88-02e4a7719f35
xfreerdp /v:elm /u:a /p:Elm!tree1 /gp:gate&way-9x|gate&way-9x
rclone.exe config create nas smb user r7 pass moss-and-fern8|moss-and-fern8
uipcli job run x https://orch.test Default -u adm -p "Yew; bitter 1"|Yew; bitter 1
username op privilege 15 password 0 G4te-keeper|G4te-keeper
{"Content":"Yew/bow&arrow3","PasswordChangeInProcess":"False"}|Yew/bow&arrow3
VPNの事前共有キー:moss-yama,3776m|moss-yama,3776m
SAP_Password,"Larch, cone & bark",used in Init|Larch, cone & bark
PortalPwd,Text,resin-4-larch|resin-4-larch
pass: Spindle "top" 5|Spindle "top" 5
sh.SendKeys "wildmint7{ENTER}"|wildmint7
TextToFill: 'Wild#mint' Control: appmask['Portal']['Input password']|Wild#mint
2026-01-02 04:00:01,Set Password,Calculation,Night,Login,"Wild,mint7",<p />|Wild,mint7
Start-Process schtasks -ArgumentList "/change /tn \RPA\A /ru svc /rp wild-mint"|wild-mint
command "C:\AA\AAPlayer.exe" "/fC:\Bots\a.atmx" /e /lbot "/pwild mint 9" /hhttps://cr.test|wild mint 9
Koden til hvelvet er 4 7 1 9 3.|4 7 1 9 3
Код із застосунку: 471 903.|471 903
رمز التحقق: 471 903|471 903
Your serial: <b>WQ7Z-44TR-LM2B-9VZK-D3HN</b><br>|WQ7Z-44TR-LM2B-9VZK-D3HN
* Admin: <code>.\adm</code> / <code>Wild 9 Mint</code>|Wild 9 Mint
I moved the passphrase of the backup from "wild mint tea" to "cold mint tea" today|wild mint tea
Паролата за базата сменихме на Mint.Tea66. Тя изтича|Mint.Tea66
''Die wagwoord vir die toetsbediener is'' mintees2021.|mintees2021
Passordet skal være Wild=Mint8.|Wild=Mint8
"###;

/// Lines that stay as they are.
pub const SAID: &str = r###"
The password is required.
The password is wrong, try again
the password is the same as yesterday
Password is case-sensitive.
The password for svc_rpa is expired.
The password is managed by CyberArk
The password is stored in KeePass.
The password is OK, I checked
the password was reset yesterday
My password is fine; the robot's is not
the password is unchanged since May
password is not the problem
the PIN is blocked
The password policy was changed from Default to Strict_2
Password authentication is Kerberos.
logged in with svc_rpa and svc_rpa2
login with svc_rpa / RPA-07 failed
use Kerberos as password provider
Password for svc_rpa: expired
Password for user: svc_rpa
Password provider: WinNT
credentials are valid
The token is expired
user svc_rpa, password wrong
the password is correct according to the DC
the password field is empty
password is longer than 14 characters
password hash sync is Enabled
Password is mandatory!
The password you typed is incorrect.
It says the user name or password is incorrect, see screenshot
The password has been changed from the portal to comply
Das Passwort ist falsch.
Das Kennwort ist abgelaufen, bitte ändern
Das Passwort ist unverändert.
Das Passwort ist richtig eingetippt
Kennwort ist Pflicht.
Das Kennwort war korrekt, sagt der Kunde
das Passwort ist hinterlegt.
Das Passwort wurde gestern zurückgesetzt.
Kennwort für svc_rpa: läuft nie ab
Anmeldung mit svc_rpa / RPA-07 klappt nicht
Das Passwort ist gestern abgelaufen
Passwort ist ok
Das Passwort ist seit Mai gleich
Le mot de passe est incorrect.
le mot de passe est expiré, il faut le changer
Le mot de passe est bon.
Le mot de passe est identique.
Mot de passe du compte : expiré
le mot de passe est obligatoire
La contraseña es incorrecta.
la contraseña es la misma
La contraseña es obligatoria.
La contraseña es correcta, pero no entra
cambiamos la contraseña de la cuenta a mano
La password è scaduta.
La password è corretta
la password è sempre quella
La password è sbagliata, riprovare
A senha é inválida.
A senha é a mesma
A senha é obrigatória
Het wachtwoord is verlopen.
Het wachtwoord is onjuist
Het wachtwoord is hetzelfde gebleven
wachtwoord is leeg.
Hasło jest nieprawidłowe.
Hasło to podstawa bezpieczeństwa
hasło jest takie samo
Lösenordet är felaktigt.
Lösenordet är utgånget
lösenordet är detsamma
Adgangskoden er forkert.
Adgangskoden er udløbet
Passordet er feil.
Passordet er utløpt
Salasana on väärä.
Salasana on vanhentunut
Heslo je nesprávné.
Heslo je prázdné
A jelszó lejárt.
Parola este expirată.
Пароль неверный.
Пароль истек
Пароль это обязательно
パスワードは正しいです
パスワードは期限切れです
密码是正确的
비밀번호는 맞습니다
await page.click('#forgotPassword')
await page.fill('#username', 'svc_rpa'); await page.click('text=Password')
driver.find_element(By.ID, "password").click()
log.write("Password checked")
txtPassword.Text = "";
<ui:Click DisplayName="Click 'Forgot password'" Text="Login" />
PasswordExpiryWarning=14
RequirePassword=Always
call deploy.cmd RPA-07 "Report.xlsx"
echo user logged on > log.txt
<table><tr><th>Host</th><th>Password last set</th><th>Error</th></tr><tr><td>A</td><td>5/4/2026</td><td>1326</td></tr></table>
<td>Password</td><td>expired</td>
CEF:0|x|y|1|4625|Logon failed|5|suser=svc reason=bad password dst=10.0.0.1
The password was stored in the vault yesterday.
Password changed from the console, then the logon worked.
password was changed to meet the policy
The password reset is done; the robot is Online.
Password prompt: Default
The password of the account is known to Helpdesk.
password is fine and the account is enabled
After the password change from 3 March to 4 March nothing worked
user: svc_rpa, password: correct
Signed in with svc_rpa / MFA required
We log in with svc_rpa and Kerberos fails
Old password required
the password is the robot's
Password: see vault
Password vault: CyberArk
The password is rejected: 0xC000006A
The password for CORP\svc_rpa was changed by CORP\admin_1
Is the password Expired?
Password history: Remembered
PIN: blocked
PIN is required
The passwords are different.
robot password age 42
Password last set by Helpdesk1
username and password Authentication
Password complexity is Enabled.
credentials for RPA-07: invalid
creds for svc_rpa : expired
The key is missing
The token is Invalid.
Secret is stored in Azure-KeyVault01
Das Passwort ist in KeePass.
Passwort ist dem Helpdesk bekannt
Das Passwort wird von CyberArk verwaltet
Kennwort geändert von Helpdesk1 auf Anfrage
Passwort vom Montag auf Dienstag abgelaufen
Das Kennwort ist Teil der GPO.
Passwort ist Sache des Kunden
Benutzer svc_rpa, Kennwort falsch
Das Kennwort ist leer!
Le mot de passe est géré par CyberArk.
le mot de passe est passé de 8 à 12 caractères
Le mot de passe est vide.
la contraseña es de Microsoft
La contraseña fue cambiada.
La password è gestita da CyberArk
a senha é do Windows
Het wachtwoord is gewijzigd.
wachtwoord is niet het probleem
Hasło jest poprawne.
Lösenordet är ändrat.
Пароль это не проблема
$Password = $env:SVC_PW
Read-Host "Password" -AsSecureString
Write-Host "Password changed" -ForegroundColor Green
Console.WriteLine("Enter password");
if (txtPassword.Text == "") return;
await page.fill('#search', 'Password reset')
expect(page.locator('.error')).toHaveText('Wrong password')
cy.contains('Password').click()
driver.find_element(By.ID, "pwd").send_keys(os.environ["PW"])
assert "Password" in page.title
MsgBox "Password expired", 48, "Robot"
<Variable x:TypeArguments="x:Boolean" Name="blnPasswordOk" Default="False" />
<tr><td>Password policy</td><td>Strict</td></tr>
| Password age | 42 days |
Password validation: Success
password check result=Success code=0
Credential provider: PasswordProvider {60b78e88-ead8-445c-9cfd-0b87f74ea6cd}
LogonType=Password, Provider=Negotiate
Send("text") ok
a b c d e f g
T o t a l : 5
args=["-p","8080"]
ssh -p 2222 svc@host
docker run -u 1000:1000 img
docker run -u app:app img
call start.cmd svc_rpa "C:\Robots"
EXEC sp_helplogins 'svc'
Product ID: 00330-80000-00000-AA123
GET /home code=200&x=1
name,"say ""hi"" now",5
Password requirements: Length 12
Password for the robot: not set
The password works for the console
Password reset by Anna
The password manager is Bitwarden.
My password was typed correctly.
The password is nowhere to be found.
The password is Monday's problem
the password was valid until yesterday
The password of svc_rpa is older than 42 days
password is needed.
password is invalid, disabled or locked
Logon with svc_rpa / domain CORP fails
changed the RDP port from 3389 to 3390 because of the password audit
the group was changed from Users to Admins_1, password untouched
use the new password as user svc_rpa
Use smart card instead of password
The PIN is not the password.
password and PIN 2 factors
Passwort falsch: dreimal
Das Passwort ist nicht das Problem
Kennwort ist überall gleich.
Das Kennwort bleibt gültig.
Passwort eingegeben, Enter gedrückt
Das Passwort ist uns bekannt.
das Passwort ist dasselbe wie beim Kollegen
Das Kennwort war zu kurz.
Passwort ist korrekt; Konto ist frei
Le mot de passe reste valable.
le mot de passe est le bon
Le mot de passe n'est pas accepté
La contraseña sigue igual.
la contraseña está bien
la contraseña es buena
la password è giusta
la password resta valida
a senha está correta
a senha é boa
het wachtwoord is goed
Het wachtwoord blijft geldig.
hasło jest ok
Hasło jest wymagane.
lösenordet är rätt
adgangskoden er rigtig
passordet er riktig
heslo je správné
Passwordless sign-in: Enabled
PasswordReset: Succeeded
password = (hidden)
Password=[REDACTED]
Checking password ... done
Event: PasswordChanged user=svc_rpa result=ok
State=PasswordExpired Next=PromptUser
Send "Hello" to session 2
type("text/html")
fill("report")
write("done")
Get-Credential -UserName svc -Message "Enter password"
$cred.Password.Length
ALTER LOGIN svc WITH CHECK_POLICY = OFF
<Data Name="LogonProcessName">Advapi</Data><Data Name="AuthenticationPackageName">Negotiate</Data>
<xs:element name="password" type="xs:string" default="none"/>
{"credential":{"type":"UserNamePassword","status":"Active"}}
<th>Password</th><th>Status</th>
user,"the ""Password"" field is empty",1326
 * SHA1 : of the file
Serial Number: 1234-5678
Password must have 14 characters & 3 digits
Password & user name are wrong (error 1326)
The password was entered 3 times; account locked 2026-04-01 10:30
password history: 24 remembered
Token: TokenElevationTypeLimited
PIN login is disabled, event 5061
the PIN was refused with error 1326
"blank-password-or-restriction-1327",
The password is stored in KeePass 2.54
"###;
