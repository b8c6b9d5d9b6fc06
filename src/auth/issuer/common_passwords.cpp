#include "auth/issuer/common_passwords.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace chatserver::auth {
namespace {

constexpr std::string_view words = R"(
01234567 0123456789 09876543 0987654321 10203040 102030405060 11112222 11223344 1122334455 112233445566
123321123 12344321 123454321 1234554321 123456654321 12345678 123456789 1234567890 12345678910 123456789a
12345678a 1234567a 1234567q 123456abc 123456qwerty 12345abc 12345qwert 1234abcd 1234qwer 123abc123 123qwe123
123qweasd 123qweasdzxc 1314520 147258369 159357456 159753456 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 27182818 2wsx3edc 31415926 314159265 3141592654 5201314 52013145 741852963
789456123 87654321 963852741 987654321 9876543210 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 aa123456
aa12345678 aaaabbbb aabbccdd ab123456 abc12345 abc123456 abc123abc abcabc abcd1234 abcd12345 abcdef abcdefg
abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijkl access accessdenied acdc acmilan adgangskode admin
admin123admin adminadmin administrador administrator adventure airborne ajax alejandra alejandro alexander
alexandra alexandre alphabet amanda america american amsterdam andrew android angel angela angelica angelina
angels anthony apollo apple aqwzsx arsenal asd123456 asdf asdfgh asdfghj asdfghjk asdfghjkl asdfjkl asdfjkl;
asdfqwer asdqwe asdzxc ashley asshole atlantis austin australia autumn azerty azertyui azertyuiop babyblue
babyboy babydoll babygirl banana bananas bangladesh barbara barcelona bartsimpson baseball basketball batman
bayern bayernmunich beatles beautiful beauty beijing believe benfica benjamin berlin besiktas bestfriend
bestfriends beyonce bible bienvenue bigboss bigdaddy bigmama billionaire birthday bismillah bitcoin biteme
black blackbird blackblack blackcat blackjack blah blessed blessing blink blossom blueberry blueeyes bluesky
bmwbmw bobmarley bonjour boston brandon brasil brazil brittany broncos brother bulldog bullshit buster
buttercup butterfly california callofduty camaro canada captain carolina caroline casino catherine catwoman
celtic challenger champion champions change changeit changeme changemenow charlie charlotte chat chatroom
chatserver cheetah chelsea chelseafc cherry chevrolet chicago china chinese chocolat chocolate christ
christian christina christine christmas christopher church cinderella cisco claudia cobra college columbia
computer computers contrasena contraseña control controls cookie cookies correcthorsebatterystaple corvette
cougar counterstrike cowboys crazy crazyfrog cricket cristina crypto crystal cupcake cyberpunk daddy
daddysgirl daisy dallas daniel danielita danielle darling darthvader database david debian december default
demo dennis denver desktop destiny deutschland developer diamond diamonds dinosaur discovery dogdog doggie
doggy dollar dolphin dolphins dominic dominique donaldduck donotknow dontknow dortmund dragon dragonball
dragons dreamer dreams drummer eagle eagles edcrfv edward elephant elizabeth emerald eminem endeavour energy
engineer england english enterprise espana ethereum everton example explorer facebook faith faithful falcon
falcons familia family father fcbarcelona february fedora fenerbahce fernando ferrari feyenoord fireball
firebird firefly fireman florence florida flower flowers football footballer forest forever foreverlove
foreveryoung fortnite francais france francesca francesco francisco frederic freedom friday friends
friendship frodo fuckme fuckoff fuckyou gabriel gabriela galactic galatasaray galaxy gambler gandalf gangsta
gangster garfield general george germany giants giraffe godisgood godislove golden goldfish golfer golfing
google googlegoogle gorgeous grandma green greenday gregory guest guestguest guitar guitarman gunner hacked
hacker hackers hallo hallohallo halloween hamburg handsome hannah happiness happy happybirthday happyday
harley harleydavidson harrison harrypotter haslo hawkeye heather heaven hellfire hello hellohello hellokitty
helloworld hero heroes heslo highschool hiphop hockey hogwarts hola hollywood homersimpson honda honeybear
honeybee hongkong hostmaster houston hunter ichliebedich idontknow ijnuhb ilovegod ilovejesus iloveme
ilovemyself iloveu iloveyou iloveyoubaby iloveyouso imagine india indian infinity inshallah instagram
internet iphone ironhide ironmaiden ironman isabella istanbul jackpot jackson jaguar january jasmine
jedimaster jennifer jeremy jessica jesus jesuschrist jesusislord jetaime joker jonathan jordan joseph joshua
jupiter justin justinbieber juventus katherine kathleen kawasaki keyboard killer kimberly kitten kittens
kittycat knight kristina labrador lacrosse ladygaga lakers lalala lamborghini laptop lasvegas lauren
laurence lavender leagueoflegends ledzeppelin legend legendary leonardo leopard letmein letmeinnow
letmeinplease liberty lightning linkedin linkinpark linux lionheart lionking lions lisboa liverpool
liverpoolfc lkjhgfdsa login loginlogin london lordoftherings losenord lovely loveme lover loverboy lovergirl
loveyou lozinka lucky luckyluke luckyone lukeskywalker lösenord macbook madison madrid manager manchester
manchesterunited mancity manunited manutd march2020 margaret mariana marina marines mario martin martina
maserati master masterkey mastermind matrix matthew maverick maxwell melanie melbourne melissa mercedes
mercury mermaid metallica mexicano mexico michael michaeljackson michelle mickey mickeymouse microsoft
midnight military million millionaire minecraft minnie mnbvcxz mohamed mohammed mommy monday money moneyman
moneymoney monitor monkey monkeys monster monsters moonlight moonshine moscow motdepasse mother mountain
mountains muhammad mummy munchen music musica musicman mustang mypassword mysecret nanana natalia natalie
natasha nathalie nelson neptune network newpassword newyork newyorkcity nicholas nicole ninja ninjas
nintendo nirvana nopass nopassnopass nopassword nothing november noway obiwan ocean october okmijn
oldpassword olivia onedirection onepassword opensesame openup operator oracle orange orchid overwatch
p@ssw0rd p@ssword pa55w0rd pa55word packers pakistan panther panthers paradise paris parola pass pass@123a
pass@word passcode passkey passme passord passphrase passw0rd password password1a password1q passwords
passwort patricia patrick patriots peanut pearl penguin penguins pepper pepperoni philippe phoenix piano
pikachu pineapple pink pinkfloyd pinky pirate pirates platinum playboy player playstation pleasechange
plmokn poiuytrewq pokemon poker pokerface police porsche postmaster power powerful prayer pretty prettygirl
princesa princess private program programmer pumpkin puppies purple q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx
qazwsxedc qazwsxedcrfv qazxsw qq123456 qwaszx qwe123456 qwe123qwe qweasd qweasdzx qweasdzxc qwer1234
qwert12345 qwerty qwerty1234qwerty qwertyqwerty qwertyu qwertyui qwertyuio qwertyuiop qwertz qwertzu
qwertzui qwertzuiop raiders rainbow rainbows ranger rangers raspberry rattlesnake realmadrid rebecca redhat
redred redsox rfvtgb ricardo richard rihanna robert roberto roblox rockandroll rocknroll rockstar root
rosebud rotterdam rottweiler ruby rugby russia russian salasana samantha sample samsung samuel samurai
sapphire saturday saturn schalke school schoolbus scooby scoobydoo scorpion seattle sebastian secret secrets
secretword secure security senha september serena sergeant server serverserver sesame sexy sexygirl shadow
shadows shanghai shooting shotgun sifre signin signup silver simpsons singapore sister skywalker slipknot
sniper snoopdog snoopy snowball snowflake snowman soccer softball soldier southpark spider spiderman
spongebob spring starcraft stardust starlight startrek starwars steelers stephanie stephen steven strawberry
strong student summer summertime sunday sunflower sunlight sunshine supergirl superman supersecret superstar
superuser supervisor suzuki sweetheart sweetie sweetpea sydney sysadmin teacher teamo temp temporary
temppass tennis tequiero test tester testing testpass testuser texas tgbyhn thebeatles thejoker thematrix
thepassword thomas thunder thursday tiamo tiger tigers tigger tinkerbell titanium tokyo toor topsecret
tottenham toyota trinity trumpet trustme trustno tuesday tulip turkey turkiye twitter ubuntu ujmikm unicorn
unicorns universe university usausa user username valentina valentine vampire vanessa veronica victoria
victory vincent violin viper virginia visitor vladimir volleyball voyager wachtwoord warcraft warrior
warriors waterfall watermelon webmaster website wednesday welcome welcomeback welcomehome welkom werewolf
whatever whatsup william willkommen windows winner winston winter woaini wolf wolverine wolves wonderwoman
worldofwarcraft wsxedc xbox360 yamaha yankees yellow yhnujm yoda yolanda yourpassword youtube zaq12wsx
zaq1xsw2 zelda zombie zombies zxc123456 zxcvasdf zxcvbn zxcvbnm zxcvbnm,./ zxcvbnmm şifre
)";

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n';
}

consteval std::size_t count_words() {
  std::size_t count = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (is_space(words[i]) && !is_space(words[i - 1])) ++count;
  }
  return count;
}

consteval auto split_words() {
  std::array<std::string_view, count_words()> out;
  std::size_t begin = 0;
  for (std::string_view& word : out) {
    while (is_space(words[begin])) ++begin;
    std::size_t end = begin;
    while (!is_space(words[end])) ++end;
    word = words.substr(begin, end - begin);
    begin = end;
  }
  return out;
}

constexpr auto passwords = split_words();
static_assert(std::ranges::is_sorted(passwords), "it is searched by halves");

}  // namespace

std::span<const std::string_view> common_passwords() noexcept {
  return passwords;
}

}  // namespace chatserver::auth
