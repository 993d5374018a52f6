# SPDX-License-Identifier: GPL-3.0-or-later
"""The letters of So-hyun, who draws maps and knows most of her neighbours."""
import domains
import things
from kit import Sig, attach, flowed, html, multi, text
from post import ACCOUNTS

ME = ACCOUNTS["sohyun"]["me"]
HANEUL = ("박하늘", "haneul.park@seoro.example")
DAON = ("정다온", "daon.jung@seoro.example")
ALICE = ACCOUNTS["alice"]["me"]
BANK = ("한강은행", "notice@hangang-bank.example")
BANK_SIGS = [Sig("hangang-bank.example", "s1"),
             Sig("hangang-bank.example", "e1")]
SIGNATURE = """
-- 
김소현 · 지도와 등대 그림
byeolbit.example/sohyun
"""


def stars(p):
    """A thread of six with branches; the fourth is So-hyun's own."""
    box = "sohyun/INBOX"
    one = p.letter(
        box, "RS", "2026-11-20 19:04 +0900", HANEUL, "별 보러 가요",
        multi("mixed", text("""\
소현, 다온, 앨리스 안녕하세요.

다음 주 금요일 밤이 그믐이라 달이 없대요. 구름도 없다고 하니
천문대 뒤 언덕에 같이 올라가요. 준비물 목록을 붙입니다.

(손전등은 빨간 것으로! 지난번처럼 자동차 전조등을 켜면
저는 집에 갑니다.)

하늘 드림
"""), attach("text/csv; charset=utf-8", "별보기_준비물_목록.csv",
             "물건,누가,개수\n망원경,하늘,1\n빨간 손전등,모두,4\n"
             "핫초코,다온,2리터\n별자리 지도,소현,1\n낙관,앨리스,무한\n",
             "2231")),
        to=[ME, DAON, ALICE], sign="own", expect="verified")
    two = p.letter(
        box, "S", "2026-11-20 19:31 +0900", DAON, "Re: 별 보러 가요", """\
좋아요! 핫초코 2리터는 한 사람당인가요?

> (손전등은 빨간 것으로! 지난번처럼 자동차 전조등을 켜면
> 저는 집에 갑니다.)

그건 고라니를 본 줄 알고 그랬어요. 고라니였다니까요.

다온
""", to=[HANEUL, ME, ALICE], reply=one, sign="own", expect="verified")
    three = p.letter(
        box, "RS", "2026-11-20 20:12 +0900", ALICE, "Re: 별 보러 가요",
        flowed((0, "Count me in. I will be in Seoul until the first, with a "
                   "thermos, two pairs of socks and no sense of direction."),
               (0, ""),
               (1, "다음 주 금요일 밤이 그믐이라 달이 없대요."),
               (0, ""),
               (0, "No moon also means a spring tide, so at home my limpets "
                   "will be having a party without me."),
               (0, ""), (0, "-- "), (0, "Alice")),
        to=[HANEUL, DAON, ME], reply=one, sign="own", expect="verified")
    four = p.letter(
        "sohyun/Sent", "S", "2026-11-20 21:00 +0900", ME,
        "Re: 별 보러 가요", """\
앨리스, 방향 감각은 걱정 마세요. 제가 지도를 그립니다.
언덕까지 20분, 고라니 출몰 지점도 표시할게요.

> a thermos, two pairs of socks and no sense of direction.

양말은 세 켤레 가져오세요.
""" + SIGNATURE, to=[HANEUL, DAON, ALICE], reply=three, local=True,
        expect="none")
    p.letter(box, "S", "2026-11-21 08:15 +0900", HANEUL,
             "Re: 별 보러 가요", """\
>> 핫초코 2리터는 한 사람당인가요?
>
> 그건 고라니를 본 줄 알고 그랬어요.

모두 합해서 2리터입니다. 그리고 그건 우체통이었어요.
""", to=[DAON, ME, ALICE], reply=two, sign="own", expect="verified")
    p.letter(box, "", "2026-11-24 07:48 +0900", ALICE, "Re: 별 보러 가요",
             multi("mixed", text("""\
Three pairs it is. I have also packed a limpet (framed, see attachment),
as a present for whoever finds the Andromeda galaxy first.

> 언덕까지 20분, 고라니 출몰 지점도 표시할게요.

I looked up 고라니. They have FANGS? You could have said.
"""), attach("image/png", "limpet.png", things.LIMPET)),
             to=[ME, HANEUL, DAON], reply=four, sign="own",
             expect="verified")


def bank(p):
    """The bank, and those who would like to be it."""
    box = "sohyun/INBOX"
    p.letter(box, "S", "2026-11-02 10:00 +0900", BANK,
             "11월 이용 안내서가 도착했습니다", multi(
                 "alternative", text("""\
김소현 고객님, 안녕하세요.

11월 이용 안내서가 준비되었습니다. 앱에서 확인해 주세요.
저희는 메일로 비밀번호를 묻지 않습니다. 전화로도, 꿈에서도
묻지 않습니다.

한강은행
"""), html("<p>김소현 고객님, 안녕하세요.</p><p>11월 이용 안내서가 "
           "준비되었습니다. 앱에서 확인해 주세요.</p><p>저희는 메일로 "
           "<b>비밀번호를 묻지 않습니다.</b> 전화로도, 꿈에서도 묻지 "
           "않습니다.</p><p>한강은행</p>\n")),
             sign=BANK_SIGS, bulk=True, expect="verified")
    p.letter(box, "FS", "2026-11-16 09:30 +0900", BANK,
             "[중요] 저희를 흉내 낸 메일을 조심하세요", """\
고객님께

요즘 저희 이름을 쓰는 메일이 돌아다닙니다. 진짜 한강은행 메일은
언제나 hangang-bank.example 이 서명하고, 저희는 서명 없는 메일을
거절해 달라고 모든 서버에 부탁해 두었습니다(DMARC p=reject).

철자가 하나라도 다르면 저희가 아닙니다.

한강은행 보안팀
""", sign=BANK_SIGS, bulk=True, expect="verified")
    p.letter(box, "", "2026-11-17 03:12 +0900",
             ("한강은행", "alert@" + domains.cyrillic_twin()),
             "[한강은행] 계좌가 곧 정지됩니다", multi(
                 "alternative", text("""\
고객님의 계좌가 곧 정지됩니다. 아래에서 본인을 확인하십시오.

https://hangang-bank.example/verify
"""), html('<p>고객님의 계좌가 <b>곧 정지</b>됩니다.</p><p><a href="https://'
           + domains.cyrillic_twin() + '/verify">'
           'https://hangang-bank.example/verify</a></p>\n')),
             sign=Sig(domains.cyrillic_twin()), bulk=True,
             expect="verified", alerts=["lookalike", "mixed-script"],
             known=["hangang-bank.example"])
    p.letter(box, "", "2026-11-18 04:40 +0900",
             ("한강은행 고객센터", "help@hangangbank-secure.example"),
             "미수령 이자 483,200원 지급 안내", html("""\
<div style="display:none">이자 지급 안내 · 오늘까지</div>
<h2>축하합니다!</h2>
<p>찾아가지 않은 이자가 있습니다. 오늘 자정까지
<a href="https://hangangbank-secure.example/gift">여기</a>에서
비밀번호와 어머니의 별자리를 입력하세요.</p>
"""), sign="own", bulk=True, expect="verified", alerts=[],
             known=["hangang-bank.example"])
    p.letter(box, "", "2026-11-23 02:58 +0900",
             ("한강은행 보안팀", "security@hangang-bank.example"),
             "보안카드 재발급 (24시간 이내)", html("""\
<p>고객님의 보안카드가 만료되었습니다.</p>
<p>재발급:
<a href="http://login.moss-cellar.example/hb/">https://hangang-bank.example/card</a></p>
<p>응답하지 않으면 카드가 슬퍼합니다.</p>
"""), via="moss-cellar.example", helo="dsl-61-9.moss-cellar.example",
             bulk=True, expect="failed")


def neighbours(p):
    """Grandmother, the house, and old charsets in daily use."""
    box = "sohyun/INBOX"
    p.kept["grandmother"] = p.letter(
        box, "RS", "2026-11-08 06:02 +0900",
             ("할머니", "oksun@goindol.example"), "소현아 컴퓨터 배웠다",
             text("""\
소현아 할머니다

복지관에서 메일 쓰는거 배웠다 선생님이 느낌표를 쓰라고한다!!!!
김장은 21일이다 배추는 내가 절여놨으니 너는 입만 가져오너라
강아지는 잘있다 너보다 더 먹는다

그런데 보내기를 누르면 이게 어디로 가는거냐
""", "euc-kr"), charset="euc-kr", expect="none")
    p.letter(box, "S", "2026-11-12 09:00 +0900",
             ("해달아파트 관리사무소", "office@haedal-apt.example"),
             "승강기 점검 안내 및 7층 복도 고양이 관련 협조문", text("""\
입주민 여러분께 알려 드립니다.

1. 11월 25일(수) 10:00-12:00 승강기를 점검합니다. 뷁.
2. 7층 복도에 사는 고양이에게 승강기 버튼을 눌러 주지 마십시오.
   혼자서 1층까지 내려와 택배를 검사합니다.

관리사무소
""", "ks_c_5601-1987", "base64"), charset="ks_c_5601-1987", expect="none")
    p.letter(box, "", "2026-11-19 18:30 +0900",
             ("해달아파트 입주자회", "residents@haedal-apt.example"),
             "고양이 이름 공모 결과", """\
7층 고양이의 이름을 공모한 결과 38표 가운데

  택배       17표
  관리소장   12표
  승강기      6표
  (무효)      3표   고양이 발자국

로 '택배'가 뽑혔습니다. 관리소장님께서는 아쉬워하셨습니다.
""", to=[("%d호" % n, "apt%d@haedal-apt.example" % n)
         for f in range(1, 9) for n in (f * 100 + 1, f * 100 + 2,
                                        f * 100 + 3)] + [ME],
             expect="none")
    p.letter(box, "", "2026-11-22 23:41 +0900",
             ("박 택배 🐈", "apt703@haedal-apt.example"),
             "👨‍👩‍👧 + 🐈 = 🏠💕 사진은 다음에", """\
안녕하세요 7층이에요 👋🏽

'택배' 🐈‍⬛ 가 저희 집에 살기로 했어요! 🎉🎉
가족 소개: 👨‍👩‍👧 👵🏻 🐢 그리고 🐈‍⬛
놀러 오세요 🇰🇷☕️
""", expect="none")
    p.letter(box, "", "2026-11-23 20:05 +0900", DAON, "", """\
제목을 쓰려고 했는데 무엇을 쓰려고 했는지 잊었어요.
내용도요. 생각나면 다시 쓸게요.
""", sign="own", expect="verified")
    p.letter(box, "", "2026-11-23 21:17 +0900", HANEUL,
             "띄어쓰기를하지않으면아버지가방에들어가시는지아버지가방에"
             "들어가시는지아무도모르지만국어교정팀은오늘도야근하면서"
             "그차이를밤새도록토론하였습니다", """\
교정팀 회의록입니다. 결론: 아버지는 방에 들어가셨습니다.
""", sign="own", expect="verified")


def proofs(p):
    """Other ways to be verified, or not to know."""
    box = "sohyun/INBOX"
    p.letter(box, "S", "2026-10-06 08:00 +0900",
             ("하버 헤럴드 구독팀", "letters@harbor-herald.example"),
             "지난주 항구 소식", """\
등대 3호의 전구를 갈았습니다. 배들이 기뻐했습니다.

(이 신문사의 열쇠는 이 편지 다음에 거두어들여졌습니다. 그래도
도착할 때 받는 서버가 확인한 말이 남아 있습니다.)
""", sign="own", bulk=True, expect="verified", server_only=True)
    p.kept["inn"] = p.letter(
        box, "RS", "2026-11-10 15:20 +0900",
             ("山の宿 やまびこ", "yado@yamabiko.example"),
             "ご予約の確認(12月5日・1泊)", text("""\
キム・ソヒョン様

このたびはご予約いただき、誠にありがとうございます。
12月5日、お一人様、雪見の間をご用意いたします。

露天風呂には、ときどき猿が先に入っております。
譲り合ってのご利用をお願い申し上げます。

山の宿 やまびこ
""", "iso-2022-jp", "7bit"), charset="iso-2022-jp", expect="verified", server_only=True)
    p.letter(box, "S", "2026-11-13 11:45 +0800",
             ("蓝海书店", "dingdan@lanhai.example"), "您订的《海图史》到货了",
             text("""\
金女士:您好!

您订购的《海图史》一册已经到货,明天寄出。
书很重,快递员说它像一块小岛。

蓝海书店 敬上
""", "gb2312"), charset="gb2312",
             sign=Sig("lanhai.example", canon="simple/simple"),
             expect="verified")
    p.letter(box, "", "2026-11-24 09:05 +0900",
             ("흙과 유약 공방", "class@clay-and-glaze.example"),
             "이번 주 물레 수업", """\
목요일 수업은 머그잔 손잡이입니다. 지난주에 손잡이가 안쪽에
달린 분은 조금 일찍 와 주세요.
""", ar=None, expect="verified", time=1795521600)
    p.letter(box, "", "2026-11-22 16:00 +0900",
             ("Nimbus Drive", "hello@nimbus-drive.example"),
             "Your folder 'Untitled 27' misses you", """\
It has been 90 days since you opened "Untitled 27".
We do not know what is in it either.

The Nimbus team
""", sign=[Sig("nimbus-drive.example", said="temperror")], ar="no dmarc",
             bulk=True, expect="cannot-tell")
    p.letter(box, "", "2026-11-21 01:09 +0900",
             ("달고나마트 당첨팀", "win@dalgona-mart.example"),
             "101번째 손님께 드리는 달고나 성", """\
축하합니다. 저희 가게의 101번째 손님이십니다(전체 1,094,112명 중).
성을 받으시려면 아래에서 비밀번호를 입력해 주십시오.

http://dalgona.moss-cellar.example/castle

위의 Authentication-Results 는 저희가 정성껏 직접 썼습니다.
""", via="moss-cellar.example", bulk=True, below=[
                 ("Authentication-Results", "mx.byeolbit.example;\r\n"
                  "\tdkim=pass header.d=dalgona-mart.example header.s=s1;\r\n"
                  "\tspf=pass smtp.mailfrom=dalgona-mart.example;\r\n"
                  "\tdmarc=pass header.from=dalgona-mart.example")],
             expect="failed", alerts=["forged-results"])


def shop(p):
    """A newsletter with all that newsletters have."""
    unsubscribe = [
        ("List-Unsubscribe", "<https://post.dalgona-mart.example/bye?u=7>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    p.letter("sohyun/INBOX", "S", "2026-11-19 07:00 +0900",
             ("달고나마트", "news@post.dalgona-mart.example"),
             "(광고) 이번 주 달고나, 반쪽도 팝니다", multi(
                 "alternative", text("""\
달고나마트 소식

[1] 별 모양 달고나 - 부러진 것은 반값
    https://post.dalgona-mart.example/1
[2] 우산 모양 달고나 - 비 오는 날 무료 배송
    https://post.dalgona-mart.example/2
[3] 소금빵 - 이름과 달리 달지 않습니다
    https://post.dalgona-mart.example/3

수신 거부: https://post.dalgona-mart.example/bye?u=7
"""), html("""\
<html><body>
<div style="display:none;max-height:0;font-size:1px">부러져도 맛은 같다는 말,
달고나마트가 과학적으로 확인했습니다.</div>
<table width="600"><tr><td><h1>달고나마트 소식</h1></td></tr>
<tr><td><ol>
<li><a href="https://post.dalgona-mart.example/1">별 모양 달고나</a>,
부러진 것은 반값</li>
<li><a href="https://post.dalgona-mart.example/2">우산 모양 달고나</a>,
비 오는 날 무료 배송</li>
<li><a href="https://post.dalgona-mart.example/3">소금빵</a>,
이름과 달리 달지 않습니다</li></ol></td></tr>
<tr><td><a href="https://post.dalgona-mart.example/bye?u=7">수신 거부</a>
</td></tr></table>
<img src="https://post.dalgona-mart.example/open.gif?u=7" width="1" height="1" alt="">
</body></html>
""")), headers=unsubscribe, env="b7@post.dalgona-mart.example",
             sign="own", bulk=True, expect="verified")
    p.letter("sohyun/INBOX", "RS", "2026-11-11 13:00 +0900",
             ("서로출판 편집부", "desk@seoro.example"), "표지 회의 초대",
             multi("alternative", text("""\
표지 회의에 초대합니다. 11월 27일 금요일 오후 2시, 다락방.
계단이 좁으니 큰 생각은 접어서 가져와 주세요.
"""), text(things.calendar(
                 "cover-27@seoro.example", "20261127T050000Z",
                 "20261127T060000Z", "표지 회의", "다락방",
                 "desk@seoro.example", [ME[1]]), sub="calendar",
                 params="; method=REQUEST")), sign="own",
             expect="verified")


def receipts(p):
    """A folder with a Korean name; file names in every manner."""
    box = "sohyun/영수증"
    p.letter(box, "S", "2026-10-03 12:30 +0900",
             ("문레일 승차권", "tickets@moonrail.example"),
             "승차권 영수증: 서울 → 강릉, 10월 9일", multi(
                 "mixed", text("""\
예매해 주셔서 고맙습니다. 창가 자리, 바다 쪽입니다.
바다는 강릉에서 시작합니다. 그 전에는 산을 봐 주세요.
"""), attach("application/pdf", "영수증_문레일_20261009.pdf",
             things.pdf("MOONRAIL", "Seoul - Gangneung, 9 October 2026",
                        "Car 4, seat 12A (window, sea side)",
                        "27,600 won, paid"), "2231")),
             sign="own", bulk=True, expect="verified")
    p.letter(box, "S", "2026-10-15 20:11 +0900",
             ("달고나마트", "order@dalgona-mart.example"),
             "주문 확인 #20261015-3", multi(
                 "mixed", text("주문하신 달고나 1상자를 조심히 보냈습니다.\n"
                               "조심히 열어 주세요.\n", cte="base64"),
                 attach("application/pdf", "거래명세서 10월.pdf",
                        things.pdf("Dalgona Mart", "1 box, whole: 9,900 won",
                                   "1 box, broken: 4,950 won"), "2047")),
             sign=Sig("dalgona-mart.example", canon="relaxed/simple"),
             bulk=True, expect="verified")
    p.letter(box, "S", "2026-10-28 09:10 +0900",
             ("흙과 유약 공방", "class@clay-and-glaze.example"),
             "수강료 영수증", multi(
                 "mixed", text("11월 수강료 영수증을 보냅니다. 영수증 도장이\n"
                               "손도장인 것은 저희 공방의 전통입니다.\n"),
                 attach("text/plain; charset=utf-8", "수강료_영수증_11월.txt",
                        "흙과 유약 공방\n11월 수강료 120,000원\n"
                        "머그잔 손잡이 교정료 0원\n", "raw")),
             expect="verified", server_only=True)
    p.letter(box, "FS", "2026-11-05 17:25 +0900",
             ("바다안개 서점", "shop@goindol.example"),
             "헌책 세 권 값", text("""\
소현 님,

1974년 등대 목록, 3,000원
물고기 그림책(고양이 이빨 자국), 500원
제목 없는 책, 값도 없음

모두 3,500원 잘 받았습니다.
""", "euc-kr", "quoted-printable"), charset="euc-kr", mode="Q",
             expect="none")


def rest(p):
    """The other folders."""
    sent = "sohyun/Sent"
    p.letter(sent, "S", "2026-11-08 10:20 +0900", ME,
             "Re: 소현아 컴퓨터 배웠다", """\
할머니! 느낌표 정말 잘 쓰셨어요!!!!

보내기를 누르면 편지가 서버라는 우체국으로 가고, 우체국이 저한테
가져다줘요. 우표는 필요 없어요. 21일에 입 가지고 갈게요.
""" + SIGNATURE, to=("할머니", "oksun@goindol.example"),
             reply=p.kept["grandmother"], local=True, expect="none")
    p.letter(sent, "S", "2026-11-10 18:00 +0900", ME,
             "Re: ご予約の確認(12月5日・1泊)", text("""\
やまびこ様

ありがとうございます。お猿さんは何時ごろお入りになりますか。
お待ちするのは構いません。

キム・ソヒョン
""", "iso-2022-jp", "7bit"), charset="iso-2022-jp",
             to=("山の宿 やまびこ", "yado@yamabiko.example"),
             reply=p.kept["inn"], local=True, expect="none")
    p.letter(sent, "S", "2026-11-12 22:45 +0900", ME, "lighthouse, as promised",
             multi("mixed", text("""\
Alice,

sixteen pixels wide, like the real one in bad weather.
""" + SIGNATURE), attach("image/png", "lighthouse.png", things.LIGHTHOUSE)),
             to=ALICE, local=True, expect="none")
    p.letter("sohyun/Drafts", "DS", "2026-11-22 00:30 +0900", ME,
             "7층 고양이에게 보내는 항의", """\
택배 님께,

어제 제 택배를 검사하신 뒤 상자에서 주무신 일에 대하여
""", to=("박 택배", "apt703@haedal-apt.example"), local=True, expect="none")
    p.letter("sohyun/Drafts", "DS", "2026-11-23 23:58 +0900", ME,
             "별자리 지도 초안", """\
하늘 님, 오리온자리 허리띠의 구멍 수를 확인해 주세요.
""", to=HANEUL, local=True, expect="none")
    p.letter("sohyun/Archive", "S", "2019-05-04 14:00 +0900",
             ("이도담", "dodam@goindol.example"), "등대 사진 찾았어요",
             text("""\
소현 씨, 다락에서 할아버지의 등대 사진을 찾았습니다.
뒷면에 "바람이 불어 흔들렸음"이라고 적혀 있네요. 정말 흔들렸습니다.
""", "euc-kr"), charset="euc-kr", expect="none")
    p.letter("sohyun/Archive", "S", "2002-06-22 18:40 +0900",
             ("김정희", "jhkim@goindol.example"), "축구 보러 와라",
             text("""\
소현아,

오늘 저녁 마을회관에서 다 같이 축구를 본다.
텔레비전은 크고 수박도 크다. 빨간 옷 입고 오너라.

이모가
""", "iso-2022-kr", "7bit"), charset="euc-kr", expect="none")
    p.letter("sohyun/Archive", "RS", "2026-10-12 16:00 +0900", HANEUL,
             "『섬의 목록』 교정지", """\
교정지 1쪽부터 40쪽까지입니다. 23쪽의 섬 하나가 없어졌는데
밀물 때문인지 오타인지 확인 부탁드려요.
""", sign="own", expect="verified")
    junk = "sohyun/Junk"
    p.letter(junk, "", "2026-11-14 05:55 +0900",
             ("notice@hangang-bank.example", "winner@driftwood-mail.example"),
             "Your account: 7 coins waiting", """\
Dear customer of bank,

to receive the coins send us the coins.
""", sign="own", expect="verified", alerts=["display-name"])
    p.letter(junk, "S", "2026-10-22 04:04 +0900",
             ("키위택배", "track@kiwi-parcel.example"),
             "[키위택배] 주소 불명으로 소포가 울고 있습니다", html("""\
<p>소포 1개를 배달하지 못했습니다.</p>
<p><a href="http://kiwi.moss-cellar.example/fee">kiwi-parcel.example</a>에서
수수료 300원을 내면 소포가 울음을 그칩니다.</p>
"""), via="moss-cellar.example", helo="mail.kiwi-parcel.example", bulk=True,
             expect="failed")
    p.letter("sohyun/Trash", "S", "2026-10-18 11:11 +0900",
             ("달고나마트", "news@post.dalgona-mart.example"),
             "(광고) 지난주 소식의 지난 소식", """\
지난주 것입니다. 이제 버리셔도 됩니다.
""", sign=Sig("dalgona-mart.example"), env="b6@post.dalgona-mart.example",
             bulk=True, expect="verified")
    p.letter("sohyun/Lists", "S", "2026-11-15 21:00 +0900",
             ("최산", "san.choi@haedal-apt.example"),
             "[느린산악회] 이번 산은 낮습니다", """\
이번 일요일은 해발 112미터입니다. 정상에서 잠깐 쉬고,
중턱에서 쉬고, 입구에서 쉽니다. 도시락을 두 개 싸 오세요.

_______________________________________________
느린산악회 목록 · slow-hikers@lists.openkettle.example
""", to="slow-hikers@lists.openkettle.example",
             headers=[("List-Id", "<slow-hikers.lists.openkettle.example>")],
             sign="lists.openkettle.example/k1", via="openkettle.example",
             env="slow-hikers-bounces@lists.openkettle.example", bulk=True,
             expect="other-signer", alerts=["from-not-in-sdid"])


def write(p):
    for chapter in (stars, bank, neighbours, proofs, shop, receipts, rest):
        chapter(p)
