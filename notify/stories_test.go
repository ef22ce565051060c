package notify

import (
	"testing"

	"duban/state"
)

// story is one letter of the fictional district: the page it uses and how it comes about.
type story struct {
	page, name string
	write      func(*Composer) (Draft, error)
}

// stories are the letters every test of this room looks at; the first of a page is what
// `duban preview --sample` shows.
func stories(t *testing.T) []story {
	var all []story
	add := func(page, name string, write func(*Composer) (Draft, error)) {
		all = append(all, story{page, name, write})
	}
	forms(t, add)
	chases(t, add)
	receipts(t, add)
	corrections(t, add)
	secondRound(t, add)
	resends(t, add)
	replies(t, add)
	editions(t, add)
	readings(t, add)
	holds(t, add)
	requests(t, add)
	healths(t, add)
	plans(t, add)
	days(t, add)
	circulars(t, add)
	terms(t, add)
	notices(t, add)
	owners(t, add)
	proposals(t, add)
	escalations38(t, add)
	registrations38(t, add)
	ledgers(t, add)
	return all
}

type adder func(page, name string, write func(*Composer) (Draft, error))

func receipts(t *testing.T, add adder) {
	clean := mail(t, "zjj@lanchuan.example", "09-18 11:33", "区住建局第38周周报.xlsx",
		row("LC2026-003", "200", "7350"), row("LC2026-014", "450", "17350"), row("LC2026-015", "180", "9780"), row("LC2026-046", "20", "920"))
	clean.Decision = state.DecisionAccept
	add("receipt", "clean", func(c *Composer) (Draft, error) {
		d := &state.DeptWeek{Week: week38, Dept: "D04", State: state.Accepted, Rows: counted(t, clean), Tries: []state.Try{try(clean)}}
		return c.Receipt(Answer{Dept: d, Try: d.Tries[0], Mail: clean, Round: 1, Now: on(t, "09-18 11:45")})
	})
	before := mail(t, "jtj@lanchuan.example", "09-18 16:31", "交通局周报.xlsx", row("LC2026-006", "120", "4540"), row("LC2026-043", "20", "800"))
	after := mail(t, "jtj-lly@lanchuan.example", "09-20 19:40", "交通局周报(改).xlsx", row("LC2026-006", "120", "4420"), row("LC2026-043", "20", "800"))
	after.Books = append(after.Books, state.Book{Name: "现场照片.jpg", Refused: "image"})
	after.References = []string{"first@lanchuan.example"}
	add("receipt", "corrected", func(c *Composer) (Draft, error) {
		x := try(after)
		x.Overdue = true
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Part, Rows: counted(t, after), Lack: []string{"LC2026-049"}, Tries: []state.Try{try(before), x}}
		return c.Receipt(Answer{Dept: d, Try: x, Mail: after, Before: before, Prior: []state.Finding{}, Round: 1, Now: on(t, "09-20 20:40")})
	})
	late := mail(t, "wlj@lanchuan.example", "09-18 18:47", "第38周.xls", row("LC2026-012", "170", "7270"), row("LC2026-057", "0", "0"))
	add("receipt", "late", func(c *Composer) (Draft, error) {
		x := try(late, state.Finding{
			Rule: "vague-progress", Level: state.LevelWarning, Book: "第38周.xls", Sheet: "在建项目", Cell: "K7", Project: "LC2026-057",
			Name: "康养度假综合体", Column: "progress", Title: "形象进度", Found: "正常推进", Message: "“形象进度”只写了“正常推进”,看不出本周做了什么。", Example: "与某某公司完成第二轮洽谈,投资协议已交法务审核",
		})
		x.Late = true
		d := &state.DeptWeek{Week: week38, Dept: "D10", State: state.Accepted, Late: true, Rows: counted(t, late), Tries: []state.Try{x}}
		return c.Receipt(Answer{Dept: d, Try: x, Mail: late, Before: late, Round: 1, Now: on(t, "09-18 19:00")})
	})
	add("receipt", "unlisted", func(c *Composer) (Draft, error) {
		x := try(clean, state.Finding{Rule: ruleNew, Level: state.LevelNote, Book: "区住建局第38周周报.xlsx", Sheet: "在建项目", Name: "滨江绿道提升工程"},
			state.Finding{Rule: ruleNew, Level: state.LevelNote, Book: "区住建局第38周周报.xlsx", Sheet: "在建项目", Name: "智慧停车一期"})
		d := &state.DeptWeek{Week: week38, Dept: "D04", State: state.Accepted, Rows: counted(t, clean), Tries: []state.Try{x}}
		return c.Receipt(Answer{Dept: d, Try: x, Mail: clean, Down: []string{"智慧停车一期"}, Round: 1, Now: on(t, "09-18 11:45")})
	})
	add("receipt", "nil", func(c *Composer) (Draft, error) {
		m := mail(t, "swj@lanchuan.example", "09-18 10:00", "")
		d := &state.DeptWeek{Week: week38, Dept: "D02", State: state.NilReturn, Tries: []state.Try{try(m)}}
		return c.Receipt(Answer{Dept: d, Try: d.Tries[0], Mail: m, Round: 1, Now: on(t, "09-18 10:10")})
	})
	add("receipt", "nil-again", func(c *Composer) (Draft, error) {
		m := mail(t, "swj@lanchuan.example", "09-18 10:00", "")
		x := try(m, state.Finding{Rule: "nil-again", Level: state.LevelWarning, Message: "已连续3周报“本周无变化”。请简要说明原因和预计恢复的时间。", Example: "等待用地批复,预计10月下旬开工"})
		d := &state.DeptWeek{Week: week38, Dept: "D02", State: state.NilReturn, Unchanged: 3, Tries: []state.Try{x}}
		return c.Receipt(Answer{Dept: d, Try: x, Mail: m, Round: 1, Now: on(t, "09-18 10:10")})
	})
	add("receipt", "clock", func(c *Composer) (Draft, error) {
		m := mail(t, "wlj@lanchuan.example", "09-18 18:47", "第38周.xls", row("LC2026-012", "170", "7270"))
		m.SentDate = "Thu, 17 Sep 2026 09:00:00 +0800"
		x := try(m)
		x.Late = true
		d := &state.DeptWeek{Week: week38, Dept: "D10", State: state.Part, Late: true, Rows: counted(t, m), Lack: []string{"LC2026-057"}, Tries: []state.Try{x}}
		return c.Receipt(Answer{Dept: d, Try: x, Mail: m, Round: 1, Now: on(t, "09-18 19:00")})
	})
}

// money is a finding on one amount of 在建项目.
func money(rule, cell, project, name, column, title, found, last, expected, message string) state.Finding {
	return state.Finding{
		Rule: rule, Level: state.LevelError, Book: "交通局周报.xlsx", Sheet: "在建项目", Cell: cell, Project: project, Name: name, Column: column,
		Title: title, Unit: "万元", Found: found, Last: last, Expected: expected, Message: message,
	}
}

func corrections(t *testing.T, add adder) {
	m := mail(t, "jtj@lanchuan.example", "09-18 16:31", "交通局周报.xlsx", row("LC2026-006", "120", "4540"), row("LC2026-043", "20", "800"), row("LC2026-049", "10", "360"))
	ytd := money("arith-ytd-mismatch", "H6", "LC2026-006", "文峰路北延道路工程", "ytd_invest", "年度累计完成投资(万元)", "4540", "4300", "4420",
		"年度累计应等于上周累计4300加本周完成120,即4420。请核对本周数和累计数。")
	ytd.Example = "如有审计核减等调整,请在“备注”写明,例如“审计核减120万元”"
	rateOff := money("rate-mismatch", "I6", "LC2026-006", "文峰路北延道路工程", "ytd_rate", "完成率", "43.2", "", "42.1", "完成率与累计数不符。")
	rateOff.Follows = "arith-ytd-mismatch"
	same := money("text-same-as-last-week", "K8", "LC2026-049", "云湾内河码头改建", "progress", "形象进度", "岸线手续正在办理", "岸线手续正在办理", "", "与上周文字完全相同,请写本周新做了什么。")
	same.Level, same.Unit, same.Example = state.LevelWarning, "", "岸线使用论证报告已于9月16日通过市级评审"
	note := state.Finding{Rule: "number-as-text", Level: state.LevelNote, Cell: "G6", Message: "不应出现在信里"}
	add("correction", "arithmetic", func(c *Composer) (Draft, error) {
		x := try(m, ytd, rateOff, same, note)
		x.Accepted = []string{"LC2026-043", "LC2026-049"}
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006"}, Tries: []state.Try{x}}
		return c.Correction(Answer{Dept: d, Try: x, Mail: m, Round: 1, Now: on(t, "09-18 16:41")})
	})
	add("correction", "blank", func(c *Composer) (Draft, error) {
		var blanks []state.Finding
		for _, col := range [][3]string{{"progress", "K6", "形象进度"}, {"problems", "L6", "存在问题"}, {"next_plan", "M6", "下周工作计划"}} {
			blanks = append(blanks, state.Finding{
				Rule: "required-empty", Level: state.LevelError, Book: "青禾镇.xlsx", Sheet: "前期项目", Cell: col[1], Project: "LC2026-051",
				Name: "青禾镇农产品交易市场", Column: col[0], Title: col[2], Message: "“" + col[2] + "”没有填。没有内容的请写“无”,没有完成投资的填0。",
			})
		}
		mm := mail(t, "qinghe@lanchuan.example", "09-18 20:26", "青禾镇.xlsx", row("LC2026-051", "0", "150"))
		x := try(mm, blanks...)
		x.Late = true
		d := &state.DeptWeek{Week: week38, Dept: "D22", State: state.Correcting, Late: true, Wait: []string{"LC2026-051"}, Tries: []state.Try{x}}
		return c.Correction(Answer{Dept: d, Try: x, Mail: mm, Round: 1, Now: on(t, "09-18 20:36")})
	})
	add("correction", "totals-only", func(c *Composer) (Draft, error) {
		f := money("total-row-mismatch", "G9", "", "", "week_invest", "本周完成投资(万元)", "1420", "", "150", "合计行与各项目之和不等。")
		f.Book, f.Cells = "交通局周报.xlsx", []string{"G9", "H9"}
		deferred := state.Finding{
			Rule: "formula-error", Level: state.LevelError, Book: "交通局周报.xlsx", Sheet: "手续", Cell: "D5", Found: "#REF!", Deferred: true,
			Message: "“手续”表的 D5 显示 #REF!,算不出数;改好后只核对这一张表。",
		}
		x := try(m, f, deferred)
		x.Books = append(x.Books, state.TryBook{Name: "说明.pdf", Format: "pdf", Refused: "pdf"})
		x.Accepted = []string{"LC2026-006", "LC2026-043"}
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Part, Lack: []string{"LC2026-049"}, Tries: []state.Try{x}}
		c.Mark = nil
		return c.Correction(Answer{Dept: d, Try: x, Mail: m, Round: 1, Now: on(t, "09-18 16:41")})
	})
}

// secondRound is a second faulty version: one defect still open, two the edit made, one
// repaired.
func secondRound(t *testing.T, add adder) {
	first := mail(t, "jtj@lanchuan.example", "09-18 16:31", "交通局周报.xlsx", row("LC2026-006", "120", "4540"), row("LC2026-043", "20", "8oo"), row("LC2026-049", "-10", "360"))
	second := mail(t, "jtj@lanchuan.example", "09-19 09:10", "交通局周报.xlsx", row("LC2026-006", "210", "4540"), row("LC2026-043", "20", "800"), row("LC2026-049", "-10", "360"))
	open := money("arith-ytd-mismatch", "H6", "LC2026-006", "文峰路北延道路工程", "ytd_invest", "年度累计完成投资(万元)", "4540", "4300", "4510", "年度累计应当等于上周累计加本周完成。")
	repaired := money("not-a-number", "H7", "LC2026-043", "澜川快速路东段", "ytd_invest", "年度累计完成投资(万元)", "8oo", "780", "", "这里应当是数字。")
	made := money("week-over-median", "G6", "LC2026-006", "文峰路北延道路工程", "week_invest", "本周完成投资(万元)", "210", "60", "", "本周完成数是近8周中位数的3倍以上。")
	made.Level = state.LevelWarning
	ours := money("negative", "G8", "LC2026-049", "云湾内河码头改建", "week_invest", "本周完成投资(万元)", "-10", "20", "", "本周完成投资不应为负数。")
	add("correction", "overruled", func(c *Composer) (Draft, error) {
		x := try(first, open)
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006"}, Tries: []state.Try{x}}
		r := &state.Ruling{Project: "LC2026-006", Reason: "已与上期原表核对,累计数无误", By: "张三", At: on(t, "09-19 15:00"), Findings: []state.Finding{open}}
		return c.Correction(Answer{Dept: d, Try: x, Mail: first, Prior: []state.Finding{open}, Ruling: r, ReplyBy: on(t, "09-20 19:15"), Round: 2, Now: on(t, "09-19 15:15")})
	})
	add("correction", "second-round", func(c *Composer) (Draft, error) {
		x := try(second, open, made, ours)
		x.Accepted = []string{"LC2026-043"}
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006", "LC2026-049"}, Tries: []state.Try{try(first), x}}
		return c.Correction(Answer{Dept: d, Try: x, Mail: second, Before: first, Prior: []state.Finding{open, repaired}, Round: 2, Now: on(t, "09-19 09:20")})
	})
}

func resends(t *testing.T, add adder) {
	refused := func(name, rule, book, message string, found ...string) {
		add("resend", name, func(c *Composer) (Draft, error) {
			m := mail(t, "swj@lanchuan.example", "09-18 15:20", "")
			f := state.Finding{Rule: rule, Level: state.LevelError, Book: book, Message: message}
			if len(found) == 2 {
				f.Found, f.Expected, f.Cell = found[0], found[1], "A2"
			}
			x := try(m, f)
			if book != "" {
				x.Books = []state.TryBook{{Name: book, Refused: rule}}
			}
			d := &state.DeptWeek{Week: week38, Dept: "D02", State: state.Correcting, Tries: []state.Try{x}}
			return c.Correction(Answer{Dept: d, Try: x, Mail: m, Round: 1, Now: on(t, "09-18 15:30")})
		})
	}
	refused("no-attachment", "no-attachment", "", "没有看到附件。请把周报表(Excel)作为附件,直接回复本邮件发来;写在正文里的内容无法计入。")
	refused("password", "encrypted-workbook", "商务局第38周.xlsx", "“商务局第38周.xlsx”设有打开密码,读不出来。请在Excel或WPS中取消密码(文件—信息—保护工作簿),另存后重发。", "商务局第38周.xlsx", "")
	refused("pdf", "not-a-spreadsheet", "商务局第38周.pdf", "“商务局第38周.pdf”是PDF,读不出数。请发填好的Excel表格(.xlsx 或 .xls),盖章的PDF不用另发。")
	refused("link", "link-attachment", "", "附件放在网盘(超大附件)里,取不到,过期后也会失效。请改用普通附件,直接回复本邮件发来。")
	refused("period", "period-mismatch", "商务局第37周.xlsx", "表上写的是“2026年第37周”,现在收的是2026年第38周的周报。如附错了文件,请改发2026年第38周的表;如只是期次没改,请把表头改为2026年第38周后重发。也可以不发表,直接回复本邮件,第一行写明是哪一种:“改报告期”,这份表就是2026年第38周的,按2026年第38周审核;“补报”,这份表是补报2026年第37周的。", "2026年第37周", "2026年第38周")
}

func chases(t *testing.T, add adder) {
	noon := state.Step{Workdays: 1, At: state.Clock{Hour: 12}, Head: true}
	chase := func(page, name, dept string, step state.Step, now string, d *state.DeptWeek, l *state.Letter) {
		add(page, name, func(c *Composer) (Draft, error) {
			ch := Chase{Week: week38, DeptID: dept, Dept: d, Step: step, Round: 1, Polled: on(t, now), Correction: l, Now: on(t, now)}
			switch page {
			case "due":
				return c.Due(ch)
			case "resubmit":
				return c.Resubmit(ch)
			}
			return c.Late(ch)
		})
	}
	something := []state.Try{{Mail: "m"}}
	letter := &state.Letter{Subject: "【请补正】区交通局第38周项目周报:1处必须改(9月20日18:00前) [W38-D05]", ReplyBy: on(t, "09-20 18:00")}
	early := &state.Letter{Subject: "【请补正】区交通局第38周项目周报:1处必须改(9月17日18:00前) [W38-D05]", ReplyBy: on(t, "09-17 18:00")}
	part := &state.DeptWeek{Week: week38, Dept: "D04", State: state.Part, Tries: something, Lack: []string{"LC2026-015"}}
	wait := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Tries: something, Wait: []string{"LC2026-006"}}
	chase("due", "missing", "D04", state.Step{Before: true, Workdays: 1}, "09-17 15:00", nil, nil)
	chase("due", "part", "D04", state.Step{Before: true}, "09-18 16:00", part, nil)
	chase("due", "correcting", "D05", state.Step{Before: true}, "09-18 16:00", wait, early)
	chase("resubmit", "before", "D05", state.Step{Before: true}, "09-20 16:00", wait, letter)
	chase("resubmit", "over", "D05", state.Step{}, "09-20 18:00", wait, letter)
	totals := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Tries: something}
	chase("late", "totals-only", "D05", noon, "09-20 18:10", totals, letter)
	chase("late", "first", "D25", state.Step{}, "09-18 18:10", nil, nil)
	add("late", "outage", func(c *Composer) (Draft, error) {
		return c.Late(Chase{Week: week38, DeptID: "D25", Round: 1, Polled: on(t, "09-18 19:10"), Now: on(t, "09-18 19:10"), Down: on(t, "09-18 10:15"), Up: on(t, "09-18 19:10")})
	})
	chase("late", "second-part", "D04", state.Step{Workdays: 1, At: state.Clock{Hour: 9}}, "09-20 09:00", part, nil)
	chase("late", "head", "D25", noon, "09-20 12:00", nil, nil)
	chase("late", "head-correcting", "D05", noon, "09-20 19:00", wait, letter)
}

func editions(t *testing.T, add adder) {
	d := digest38(t)
	prev := digest37(t)
	write := func(name string, e Edition, preview bool) {
		page := "summary"
		if preview {
			page = "preview"
		}
		add(page, name, func(c *Composer) (Draft, error) {
			if preview {
				return c.Preview(e)
			}
			return c.Summary(e)
		})
	}
	write("w38", Edition{Digest: d, Past: []*state.Digest{&prev}, Now: on(t, "09-21 07:30")}, true)
	write("w38", Edition{Digest: d, Past: []*state.Digest{&prev}, Now: on(t, "09-21 09:00")}, false)
	calm := state.Digest{Period: week38, AsOf: "2026-09-18", Due: d.Due, SummaryAt: d.SummaryAt, TimePct: 71.5, Overall: state.Figures{Count: 60}}
	calm.Overall.CatchUp = 300 * state.Wan
	write("calm", Edition{Digest: calm, Now: on(t, "09-21 09:00")}, false)
}

func notices(t *testing.T, add adder) {
	stranger := &state.Mail{
		ID: "0123456789abcdef", From: "shuiniqing-sim@privatemail.example", FromName: "水拟清", Subject: "环保局第38周周报", Received: on(t, "09-18 14:03"),
		Books: []state.Book{{Name: "环保局.xlsx"}}, Findings: []state.Finding{{Message: "这个地址不在登记表里。"}},
	}
	forged := &state.Mail{
		ID: "00112233445566", From: "bailu@lanchuan.example", FromName: "洲拟静", Subject: "白鹭镇第38周周报", Received: on(t, "09-18 14:05"), Dept: "D25", Week: week38,
		Books: []state.Book{{Name: "白鹭镇.xlsx"}}, Findings: []state.Finding{{Message: "来信写的是登记邮箱,但邮件服务器核验发件人没有通过。"}},
	}
	told := money("arith-ytd-mismatch", "H6", "LC2026-006", "文峰路北延道路工程", "ytd_invest", "年度累计完成投资(万元)", "4540", "4300", "4420", "年度累计应等于上周累计4300加本周完成120,即4420。")
	told.Level = state.LevelNote
	forgot, said, disputes := told, told, told
	forgot.Ours, said.Explained = true, "审计核减120万元"
	disputes.Explained, disputes.Disputed = "异议:上周的数登记错了", true
	foreign := state.Finding{Rule: "not-your-project", Level: state.LevelError, Sheet: "在建项目", Cell: "B6", Title: "项目名称", Project: "LC2026-051", Message: "“青禾镇农产品交易市场”由青禾镇填报,这一行没有采用。"}
	about := func(f state.Finding) *state.Mail {
		return &state.Mail{ID: "abcdabcdabcd", From: "jtj@lanchuan.example", Subject: "回复:请补正", Received: on(t, "09-19 10:00"), Dept: "D05", Week: week38, Findings: []state.Finding{f}}
	}
	answer := &state.Mail{ID: "fedcba9876543210", From: "zgj@lanchuan.example", Subject: "答复:文峰路北延用地手续", Received: on(t, "09-21 15:40"), Dept: "D13", Week: week38}
	leader := &state.Mail{ID: "9999888877776666", From: "l10@leaders.lanchuan.example", FromName: "卓拟行", Subject: "回复:第38周重大项目进展 [W38]", Received: on(t, "09-21 15:50")}
	bounce := &state.Mail{ID: "aaaabbbbcccc", From: "postmaster@lanchuan.example", Subject: "系统退信/Systems bounce", Received: on(t, "09-19 00:12"), Failed: "bailu@lanchuan.example"}
	letter := &state.Letter{
		Key: "late/2026-W38/D25/1", Week: week38, Dept: "D25", Subject: "【催报】请尽快报送第38周重大项目周报 [W38-D25]",
		Deliveries: []state.Delivery{
			{To: "bailu@lanchuan.example", Phase: state.PhaseFailed, Error: "550 5.1.1 user unknown"},
			{To: "bailu-lly@lanchuan.example", Phase: state.PhaseDoubtful, Error: "stopped while sending"},
		},
	}
	add("notice", "restored", func(c *Composer) (Draft, error) {
		to := []state.Delivery{{To: "l01@leaders.lanchuan.example", Phase: state.PhaseDoubtful, Error: WhyRestored}}
		l := &state.Letter{Key: "summary/2026-W38/leaders", Week: week38, Subject: "第38周重大项目进展 [W38]", Deliveries: to}
		own := state.Letter{Key: "summary/2026-W38/L10", Week: week38, Subject: "第38周您牵头的10个项目:红灯2个 [W38-L10]", Deliveries: to}
		return c.Notice(Notice{Matter: MatterDoubtful, Letter: l, Restored: []state.Letter{*l, own}, Now: on(t, "09-21 09:12")})
	})
	for _, n := range []Notice{
		{Matter: MatterUnknown, Mail: stranger, Code: "48217730", Until: on(t, "09-28 16:00")},
		{Matter: MatterHeld, Mail: answer},
		{Matter: MatterForged, Mail: forged},
		{Matter: MatterPoison, Mail: stranger},
		{Matter: MatterOurs, Mail: about(forgot)},
		{Matter: MatterExplain, Mail: about(said)},
		{Matter: MatterDispute, Mail: about(disputes)},
		{Matter: MatterForeign, Mail: about(foreign), Owners: []string{"D22"}},
		{Matter: MatterBounce, Mail: bounce, Letter: letter},
		{Matter: MatterFuse, Fuse: &FuseError{Count: 500}, Week: week38},
		{Matter: MatterDoubtful, Letter: letter},
		{Matter: MatterFailed, Letter: letter},
	} {
		n.Now = on(t, "09-21 16:00")
		add("notice", string(n.Matter), func(c *Composer) (Draft, error) { return c.Notice(n) })
	}
	add("notice", "leader", func(c *Composer) (Draft, error) {
		return c.Notice(Notice{Matter: MatterHeld, Mail: leader, Now: on(t, "09-21 16:00")})
	})
	add("notice", "columns", func(c *Composer) (Draft, error) {
		m := *about(foreign)
		m.Subject, m.Columns = "区交通局第38周重大项目周报", []state.ExtraColumn{{Sheet: "在建项目", Col: "C", Title: "标段"}, {Sheet: "前期项目", Col: "T", Title: "地块编号"}}
		return c.Notice(Notice{Matter: MatterColumns, Mail: &m, Now: on(t, "09-21 16:00")})
	})
	add("notice", "order", func(c *Composer) (Draft, error) {
		m := *leader
		m.Dept, m.Filed = "D05", "I07"
		m.Findings = []state.Finding{{Rule: "leader-order", Level: state.LevelNote, Project: "LC2026-006", Message: "领导要求——副区长卓拟行:文峰路北延的拆迁问题,请区交通局本周五前拿出方案。"}}
		return c.Notice(Notice{Matter: MatterOrder, Mail: &m, Now: on(t, "09-21 16:00")})
	})
	add("notice", "unknown-asked", func(c *Composer) (Draft, error) {
		return c.Notice(Notice{Matter: MatterUnknown, Mail: stranger, Owners: []string{"D14"}, Now: on(t, "09-21 16:00")})
	})
	add("notice", "closed", func(c *Composer) (Draft, error) {
		return c.Notice(Notice{Matter: MatterClosed, Mail: about(state.Finding{
			Rule: "closed-week-file", Level: state.LevelNote, Found: "第35周",
			Message: "这份表是补报第35周的,第35周的数据已经定稿,没有改动,这份表没有采用;已告诉该单位把差额并入本周表的年度累计,汇总时列为追补。",
		}), Now: on(t, "09-21 16:00")})
	})
	add("notice", "foreign-unasked", func(c *Composer) (Draft, error) {
		return c.Notice(Notice{Matter: MatterForeign, Mail: about(foreign), Now: on(t, "09-21 16:00")})
	})
	add("notice", "fuse-address", func(c *Composer) (Draft, error) {
		return c.Notice(Notice{Matter: MatterFuse, Fuse: &FuseError{Address: "bailu@lanchuan.example", Count: 20}, Week: week38, Now: on(t, "09-21 16:00")})
	})
	add("notice", "instead", func(c *Composer) (Draft, error) {
		knows := *c
		knows.Contacts = state.Contacts{"bailu@lanchuan.example": {Address: "bailu@lanchuan.example", Failing: on(t, "09-19 00:12")}}
		return knows.Notice(Notice{Matter: MatterBounce, Mail: bounce, Letter: letter, Now: on(t, "09-21 16:00")})
	})
}
