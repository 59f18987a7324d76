"""A report is told: free text first, only what is missing is asked, a summary, a receipt."""

from intake.dialogue import AddStatement, Discard, Submit, greeting, render
from intake.dialogue.judge import report
from tests.unit.dialogue.talk import Talk, triage

TEACHER = "班里女生9岁昨天身上有伤，说是爸爸打的，白塬县"


def test_the_first_screen_says_before_the_first_key_that_danger_is_passed_on():
    shown = render(greeting())
    assert "请说发生了什么。只要听起来有危险，系统会马上通知值班人员，不等您填完。" in shown
    assert "收不回来" in shown and "[查一下我的报告]" in shown


def test_after_harm_the_first_question_is_where_the_child_is_now():
    talk = Talk().say(TEACHER)
    assert "孩子现在在哪里？和谁在一起？几点会再见到那个人？" in talk.heard
    assert "请不要追问孩子、拍隐私部位、联系被反映的人、发到任何群。" in talk.heard
    assert talk.acts == []


def test_a_teacher_answers_few_questions_and_checks_before_she_submits():
    talk = Talk().say(TEACHER)
    questions = 0
    answers = {
        "where": "在我办公室，和我一起，下午四点半放学见到",
        "who": "小雨，9岁",
        "role": "不是",
        "capacity": "以我个人名义（不告诉单位）",
        "contact": "不联系，我凭查询码来看",
    }
    while talk.state.asking:
        questions += 1
        talk.say(answers[talk.state.asking])
    assert questions <= 6
    assert talk.kinds[-1] == "summary" and "修改：孩子年龄" in talk.labels
    assert "孩子年龄：9岁" in talk.heard and "被反映的人：爸爸" in talk.heard
    assert talk.value("where_now") == "我办公室"
    assert talk.value("with_whom") == "报告人"
    assert "四点半" in talk.value("meets_again")
    talk.say("提交")
    assert talk.did(Submit) == [Submit(finished=True)]
    assert "已收到，编号 HT261122-7K3MQ。县值班台已于 03:00 收到通知，最迟 03:05 应有人回应" in talk.heard
    assert "没有人回应，系统会自动找他的上级" in talk.heard and "1234 5678 9012 3456" in talk.heard


def test_everything_in_one_message_leaves_little_to_ask():
    talk = Talk().say(TEACHER + "。孩子现在在我们急诊，家属在场，请勿来电，以个人名义")
    assert talk.state.asking == "role"
    assert talk.value("where_now") == "我们急诊"
    assert talk.value("contact") == "no_call" and talk.value("capacity") == "personal"


def test_in_our_emergency_room_is_a_good_answer():
    talk = Talk().says(TEACHER, "在我们急诊")
    assert "急诊" in talk.value("where_now") and talk.state.asking != "where"


def test_every_question_but_where_may_be_skipped():
    talk = Talk().says(TEACHER, "跳过")
    assert talk.state.asking == "where" and "这一问很要紧" in talk.heard
    talk.say("不知道")
    assert talk.value("where_now") == "不知道"
    for _ in range(6):
        if talk.state.asking:
            assert "跳过" in talk.labels
            talk.say("跳过")
    assert talk.kinds[-1] == "summary"


def test_a_correction_sets_the_field_right_and_is_not_guessed_over():
    talk = Talk().says(TEACHER, "不是昨天是前天")
    assert talk.value("when") == "前天" and "已更正：什么时候" in talk.heard
    talk.says("更正：孩子10岁", "在家，昨天的事")
    assert talk.value("child_age") == 10 and talk.value("when") == "前天"
    assert report(talk.state, triage).facts["child_age"] == 10


def test_coming_to_school_names_no_school_and_the_day_is_corrected_as_a_day():
    talk = Talk().says("我班上一个男生今天来学校脸上有巴掌印，他说是爸爸打的")
    assert "school" not in talk.state.fields
    talk.say("不是今天是昨天打的")
    assert talk.value("when") == "昨天" and "已更正：什么时候" in talk.heard


def test_an_answer_out_of_order_is_taken_and_the_question_stands():
    talk = Talk().says("孩子身上有伤，像是打的", "女孩，9岁")
    assert talk.value("child_sex") == "f" and talk.value("child_age") == 9
    assert talk.state.asking == "where" and "孩子现在在哪里" in talk.heard


def test_a_field_is_edited_from_the_summary():
    talk = Talk().says(TEACHER, "提交", "修改：孩子年龄")
    assert "“孩子年龄”改成什么？" in talk.heard
    talk.say("十一")
    assert talk.value("child_age") == 11


def test_before_submit_an_edit_returns_to_the_summary():
    talk = Talk().says("孩子的补助停了，白塬县", "不联系，我凭查询码来看", "修改", "修改：发生在哪里", "岭东县")
    assert talk.kinds[-1] == "summary" and talk.value("place") == "岭东县"


def test_name_and_number_stay_out_of_the_story():
    talk = Talk().says(TEACHER, "在家", "跳过", "跳过")
    while talk.state.asking != "contact":
        talk.say("跳过")
    talk.says("可以打电话", "15400001234，我姓王")
    assert talk.value("reporter_phone") == "15400001234" and talk.value("reporter_name") == "王"
    assert "15400001234" not in talk.state.story
    assert "phone" not in report(talk.state, triage).facts


def test_an_alarm_in_the_answer_about_contact_is_heard():
    talk = Talk().says(TEACHER, "在家")
    while talk.state.asking != "contact":
        talk.say("跳过")
    talk.say("别打电话，他现在把孩子锁在屋里")
    assert talk.kinds[0] == "danger" and "锁在屋里" in talk.state.story


def test_the_report_is_in_her_own_name_unless_she_says_otherwise():
    talk = Talk().say(TEACHER)
    assert report(talk.state, triage).personal and report(talk.state, triage).contact == "code_only"
    talk.say("代表单位")
    assert not report(talk.state, triage).personal


def test_a_suspect_in_office_needs_no_question_about_it():
    talk = Talk().say("体育老师打了一个男生，白塬县")
    assert talk.value("suspect_role") == "yes"


def test_a_request_without_harm_is_asked_almost_nothing():
    talk = Talk().say("孩子的补助停了三个月，白塬县大沟村")
    assert talk.state.asking == "contact" and "孩子现在在哪里" not in talk.heard
    assert "不要追问孩子" not in talk.heard


def test_silence_submits_a_report_by_itself():
    talk = Talk().say(TEACHER)
    assert talk.later(minutes=9).quiet().did(Submit) == []
    assert talk.later(minutes=2).quiet().did(Submit) == [Submit(finished=False)]
    assert talk.later(hours=5).quiet().did(Submit) == [Submit(finished=False)]
    talk.say("在外婆家")
    assert "您上次说的已自动转给值班人员，编号 HT261122-7K3MQ" in talk.heard
    assert "已自动转给" not in talk.say("和外婆").heard
    assert talk.did(AddStatement)[0].text == "在外婆家"


def test_a_plain_report_waits_two_hours():
    talk = Talk().say("孩子的补助停了三个月，白塬县大沟村")
    assert talk.later(minutes=119).quiet().acts == []
    assert talk.later(minutes=2).quiet().acts == [Submit(finished=False)]


def test_a_greeting_and_a_question_open_nothing():
    talk = Talk().say("你好")
    assert "12355" in talk.heard and talk.steps[-1].quiet_at is None
    talk.say("请问孩子的免费律师怎么申请？")
    assert "12348" in talk.heard and talk.steps[-1].quiet_at is None
    assert talk.later(days=1).quiet().acts == []


def test_a_question_is_handed_over_when_the_reporter_wants_it():
    talk = Talk().says("请问孩子的免费律师怎么申请？", "提交")
    assert talk.acts == [Submit(finished=True)]


def test_cancel_deletes_a_draft_with_nothing_alarming():
    talk = Talk().says("孩子的补助停了三个月，白塬县大沟村", "取消")
    assert talk.acts == [Discard()] and talk.state.told == () and talk.state.fields == {}
    assert "已删除" in talk.heard
    assert talk.later(days=1).quiet().acts == [Discard()]


def test_thanks_do_not_disturb_the_question():
    talk = Talk().says(TEACHER, "好的谢谢")
    assert talk.state.asking == "where" and "孩子现在在哪里" in talk.heard


def test_a_redelivered_message_changes_nothing():
    talk = Talk().say(TEACHER)
    before = talk.state
    talk.say(TEACHER, again=True)
    assert talk.state == before and "孩子现在在哪里" in talk.heard and talk.steps[-1].acts == ()


def test_what_was_never_said_cannot_be_taken_back():
    talk = Talk().say("发错了")
    assert talk.acts == [] and "还没有内容" in talk.heard


def test_half_sentences_are_read_together():
    talk = Talk().says("班里孩子跟我说她继父", "总摸她", "孩子现在在我办公室")
    assert talk.state.level == "critical" and talk.value("where_now") == "我办公室"


def test_more_harm_is_no_answer_to_where_and_the_question_comes_again():
    talk = Talk().says(TEACHER, "背上也有伤，是皮带打的")
    assert talk.state.asking == "where" and talk.value("where_now") is None
    assert talk.says("学校").value("where_now") == "学校"


def test_asking_after_an_earlier_report_without_its_code():
    talk = Talk().say("上次我报的事怎么样了？")
    assert "请输入您的查询码" in talk.heard
    assert "没有查询码" in talk.say("不记得了").heard and talk.acts == []
    assert talk.later(days=1).quiet().acts == []


def test_the_labels_of_buttons_stand_in_brackets():
    assert "[不知道] [提交]" in Talk().say(TEACHER).heard
