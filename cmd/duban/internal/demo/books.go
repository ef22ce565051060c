package demo

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"mime"
	"slices"
	"time"

	"duban/state"
)

// Books draws a year's reports and keeps what was spent, so that a clean report is clean: its
// sums hold all that was, whether duban took the weeks before or not, as a department's own do.
type Books struct {
	Script *Year
	Roster *state.Roster
	Office string // the address reports go to
	// Spends is what a project spends in a week, in 万元; nil for the same small sum everywhere.
	Spends func(state.Project) int

	ytd  map[string]int // 万元 spent on each project this year
	all  map[string]int // and in all years lived through
	done map[string]int // how many weeks of a department are in it

	solved map[string][]time.Time // when a department said that its problem is solved
}

func (b *Books) spends(p state.Project) int {
	if b.Spends == nil {
		return 7
	}
	return b.Spends(p)
}

// Pace is what a project spends in a week, in 万元, so that its plan of the year is met by
// some, missed a little by others and much by a few: in about one week of twelve it stands still.
func Pace(p state.Project) int {
	h := fnv.New32()
	h.Write([]byte(p.ID))
	pct := []int{108, 104, 102, 99, 96, 90, 84, 73, 61, 45}[h.Sum32()%10]
	return max(1, int(p.YearPlan/state.Wan)*pct/100/weeksOfYear)
}

// weeksOfYear is about how many weeks a year is reported in.
const weeksOfYear = 52

// CarryOver adds up what was spent on a department's projects in the weeks before the one that
// is number week of the year: nothing in those it was freed from or called without change.
func (b *Books) CarryOver(own []state.Project, week int, dept string) {
	if b.done == nil {
		b.ytd, b.all, b.done = map[string]int{}, map[string]int{}, map[string]int{}
		for _, p := range b.Roster.Projects {
			b.ytd[p.ID], b.all[p.ID] = wan(p.OpeningYTD), wan(p.OpeningYTD)
		}
	}
	for ; b.done[dept] < week; b.done[dept]++ {
		last, next := b.Script.Weeks[b.done[dept]].Name, b.Script.Weeks[b.done[dept]+1].Name
		for _, p := range own {
			if b.Script.works(last, dept) && b.Spared(last, dept) != p.ID {
				b.ytd[p.ID], b.all[p.ID] = b.ytd[p.ID]+b.spends(p), b.all[p.ID]+b.spends(p)
			}
			if next[:4] != last[:4] { // the year's sum begins again
				b.ytd[p.ID] = 0
			}
		}
	}
}

// Spared is the project the office freed a department from reporting in a week: its last, so
// that others are left; "" for none, and for a department with few.
func (b *Books) Spared(week, dept string) string {
	at := slices.IndexFunc(b.Script.Weeks, func(w Week) bool { return w.Name == week })
	own := b.Roster.ProjectsOf(dept, b.Script.Weeks[at].Due)
	if len(own) < 3 || !b.Script.Act(week, dept).LeftOut {
		return ""
	}
	return own[len(own)-1].ID
}

// Raw is a department's mail as it arrives: its mail number no about the week that is number
// week of the year.
func (b *Books) Raw(dept *state.Dept, w Week, week, no int, kind Kind) ([]byte, error) {
	var m bytes.Buffer
	about := w
	if kind == SendsOld {
		week--
		about = b.Script.Weeks[week]
	}
	fmt.Fprintf(&m, "From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s.%s.%d@year.example>\r\nMIME-Version: 1.0\r\n",
		mime.BEncoding.Encode("utf-8", dept.Contact), dept.Mail, b.Office, mime.BEncoding.Encode("utf-8", dept.Short+"第"+about.Name[6:]+"周重大项目周报"), w.Name, dept.ID, no)
	if kind == SendsNil {
		m.WriteString("Content-Type: text/plain; charset=utf-8\r\n\r\n本周无变化。\r\n")
		return m.Bytes(), nil
	}
	book, err := b.book(dept, about, week, no, kind)
	if err != nil {
		return nil, fmt.Errorf("draw the report of %s for %s: %w", dept.ID, w.Name, err)
	}
	m.WriteString("Content-Type: multipart/mixed; boundary=year\r\n\r\n--year\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n周报见附件。\r\n--year\r\n" +
		"Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\nContent-Disposition: attachment; filename=\"report.xlsx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	form := base64.StdEncoding.EncodeToString(book)
	for len(form) > 0 {
		line := form[:min(76, len(form))]
		form = form[len(line):]
		m.WriteString(line + "\r\n")
	}
	m.WriteString("--year--\r\n")
	return m.Bytes(), nil
}

// returnedMail is a mail server's word that a letter to an address came back, number no of its
// kind.
func returnedMail(address, no string) []byte {
	return fmt.Appendf(nil, "From: postmaster@lanchuan.example\r\nSubject: 系统退信\r\nReturn-Path: <>\r\nMessage-ID: <%s@bounce.example>\r\n\r\n您的邮件被退回。收件人 <%s> 不存在。\r\n", no, address)
}

// officeWord is the office's own mail: its word (暂缓, 发送, 同意, 不同意) on a matter of a
// week, with the code it was given for it.
func officeWord(office, week, word, code, no string) []byte {
	return fmt.Appendf(nil, "From: %[1]s\r\nTo: %[1]s\r\nSubject: Re: [%[2]s]\r\nMessage-ID: <%[5]s@year.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%[3]s %[4]s 已核\r\n", office, week, word, code, no)
}

// heads are the form's columns.
func heads(w Week) []any {
	out := []any{
		"序号", "项目编号", "项目名称", "项目类别", "总投资", w.Name[:4] + "年计划投资", "本周完成投资", "年度累计完成投资", "自开工累计完成投资",
		"形象进度", "存在问题", "需协调解决事项", "协调单位", "下周工作计划", "建设单位", "备注", "紧急程度", "领导到场日期",
	}
	for _, kind := range permitKinds {
		out = append(out, kind.Title, kind.Date)
	}
	return out
}

// book draws the form. no makes every one of a week another one.
func (b *Books) book(dept *state.Dept, w Week, week, no int, kind Kind) ([]byte, error) {
	var sheet Sheet
	sheet.Row(fmt.Sprintf("云泽市澜川区%s年重大项目进展周报表(第%s周)", w.Name[:4], w.Name[6:]))
	sheet.Row(fmt.Sprintf("填报单位:%s  填报人:%s  审核人:%s  单位:万元", dept.Short, dept.Contact, dept.Head))
	sheet.Row(heads(w)...)
	own := b.Roster.ProjectsOf(dept.ID, w.Due)
	spared := b.Spared(w.Name, dept.ID)
	own = slices.DeleteFunc(own, func(p state.Project) bool { return p.ID == spared })
	for i, p := range own {
		var plan, done, ytd, cum any = wan(p.YearPlan), b.spends(p), b.ytd[p.ID] + b.spends(p), wan(p.CumBefore) + b.all[p.ID] + b.spends(p)
		progress := fmt.Sprintf("第%d周完成K%d+200至K%d+%d段,安装管件%d件", week, i, i+1, 100+week, 10*week+no)
		if p.Class == state.ClassInvestment {
			plan, done, ytd, cum = "", "", "", ""
			progress = fmt.Sprintf("已签订框架协议,%s企业第%d次来区洽谈用地", w.Due.Format("1月2日"), week)
		}
		if kind == SendsFaulty && i == 0 {
			progress = ""
		}
		problem, request, units, urgency := "无", "无", "无", "一般"
		act, at, visited := b.Script.Act(w.Name, dept.ID), w.Due, time.Time{}
		if kind != SendsOld {
			at = act.Mails[no].At
			visited = b.Script.VisitIn(w.Name, p.ID, at)
		}
		if kind != SendsOld && p.ID == b.pleaded(dept.ID, w) && act.Plea.Stands(b.solved[dept.ID], at) {
			problem, request, units, urgency = act.Plea.words(b.Roster)
		}
		cells := []any{
			i + 1, p.ID, p.Name, string(p.Class), wan(p.Total), plan, done, ytd, cum, progress,
			problem, request, units, fmt.Sprintf("继续推进第%d段第%d层施工", week+1, no+1), "建设单位", "", urgency, day(visited),
		}
		for kind := range permitKinds {
			status, accepted := b.Script.PermitIn(p.ID, kind, at)
			cells = append(cells, status, day(accepted))
		}
		sheet.Row(cells...)
	}
	return sheet.Pack()
}

// day writes a day into a cell; "" for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func wan(f state.Fen) int { return int(f / state.Wan) }
