package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime"
	"slices"
	"testing"
	"time"

	"duban/state"
)

// What the departments do in a simulated year, drawn from a seed.

type mailKind string

const (
	sendsClean  mailKind = "clean"
	sendsFaulty mailKind = "faulty" // the first project's progress is left blank
	sendsNil    mailKind = "nil"
)

// yearMail is one mail of a department about a week.
type yearMail struct {
	at   time.Time
	kind mailKind
}

// deptScript is what a department does in a week.
type deptScript struct {
	exempt bool
	weeks  int       // how many weeks the office frees it for, told in the first
	bounce time.Time // when a letter to its address comes back; zero when none does
	mails  []yearMail
}

// yearScript is a whole year: what each department does in each week, and when duban is down.
type yearScript struct {
	seed    uint64
	weeks   []yearWeek
	depts   []string
	acts    map[string]deptScript // by week and department
	outages [][2]time.Time
}

func (s *yearScript) act(week, dept string) deptScript { return s.acts[week+" "+dept] }

// lost reports whether letters to a department's address come back at t: one did, and nothing
// came from there since.
func (s *yearScript) lost(dept string, t time.Time) bool {
	var bounced, heard time.Time
	for _, w := range s.weeks {
		a := s.act(w.name, dept)
		if !a.bounce.IsZero() && !a.bounce.After(t) {
			bounced = latest(bounced, a.bounce)
		}
		for _, m := range a.mails {
			if !m.at.After(t) {
				heard = latest(heard, m.at)
			}
		}
	}
	return bounced.After(heard)
}

// drawYear draws the behaviour of the departments.
func drawYear(seed uint64, weeks []yearWeek, depts []string) *yearScript {
	s := &yearScript{seed: seed, weeks: weeks, depts: depts, acts: map[string]deptScript{}}
	rng := rand.New(rand.NewPCG(seed, 2026))
	for _, dept := range depts {
		exempt, nils, gap := 0, 0, 0
		for i, w := range weeks {
			var a deptScript
			switch {
			case exempt > 0:
				exempt--
				a.exempt = true
			case gap <= 0 && rng.IntN(60) == 0:
				exempt = min(rng.IntN(3), len(weeks)-1-i)
				a.exempt, a.weeks, gap = true, exempt+1, exempt+3
			default:
				from := w.form.Add(-20 * time.Hour)
				if i > 0 && from.Before(weeks[i-1].freeze) {
					from = weeks[i-1].freeze.Add(time.Minute)
				}
				a.mails = drawMails(rng, w, from, nils < 2)
			}
			if !a.exempt && rng.IntN(25) == 0 {
				a.bounce = between(rng, w.form.Add(time.Hour), w.due1).Add(30 * time.Second) // never in the same instant as a mail
			}
			nils, gap = nils+1, gap-1
			if len(a.mails) == 0 || a.mails[0].kind != sendsNil {
				nils = 0
			}
			s.acts[w.name+" "+dept] = a
		}
	}
	for _, w := range weeks {
		switch rng.IntN(10) {
		case 0: // some hours, somewhere between the form and the freeze
			from := between(rng, w.form, w.freeze)
			s.outages = append(s.outages, [2]time.Time{from, from.Add(time.Duration(20+rng.IntN(600)) * time.Minute)})
		case 1: // days
			if rng.IntN(2) == 0 {
				from := between(rng, w.form.AddDate(0, 0, -1), w.freeze)
				s.outages = append(s.outages, [2]time.Time{from, from.Add(time.Duration(20+rng.IntN(90)) * time.Hour)})
			}
		}
	}
	return s
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func between(rng *rand.Rand, from, to time.Time) time.Time {
	return from.Add(time.Duration(rng.Int64N(max(1, int64(to.Sub(from)/time.Minute)))) * time.Minute)
}

// drawMails draws what one department sends in a week it must report for.
func drawMails(rng *rand.Rand, w yearWeek, from time.Time, mayRest bool) []yearMail {
	inTime := func() time.Time {
		switch rng.IntN(6) {
		case 0:
			return between(rng, from, w.form)
		case 1:
			return w.due.Add(-time.Duration(rng.IntN(40)) * time.Minute) // the last minutes
		case 2:
			return w.due.Add(time.Duration(rng.IntN(10)) * time.Minute) // within the grace
		}
		return between(rng, latest(from, w.form), w.due)
	}
	late := func() time.Time {
		if rng.IntN(3) == 0 {
			return between(rng, w.late[2], w.freeze)
		}
		return between(rng, w.due.Add(12*time.Minute), w.freeze)
	}
	first := inTime()
	kind := sendsClean
	switch n := rng.IntN(20); {
	case n == 0:
		return nil // nothing comes
	case n <= 2:
		first = late()
	case n == 3 && mayRest:
		return []yearMail{{first, sendsNil}}
	case n <= 7:
		kind = sendsFaulty
		if rng.IntN(4) == 0 {
			first = late()
		}
	case n == 8:
		first, kind = between(rng, from, w.due1), sendsFaulty // early enough for its time to run out before the deadline
	}
	mails := []yearMail{{first, kind}}
	for kind == sendsFaulty && rng.IntN(3) > 0 { // answered, perhaps wrong again
		last := mails[len(mails)-1].at.Add(3 * time.Minute)
		if !last.Before(w.freeze.Add(-5 * time.Minute)) {
			break
		}
		to := w.freeze
		if rng.IntN(2) == 0 && last.Add(8*time.Hour).Before(w.freeze) {
			to = last.Add(8 * time.Hour)
		}
		if rng.IntN(3) > 0 {
			kind = sendsClean
		}
		mails = append(mails, yearMail{between(rng, last, to), kind})
	}
	if kind == sendsClean && rng.IntN(12) == 0 && mails[len(mails)-1].at.Before(w.due.Add(-time.Hour)) { // the same figures once more
		mails = append(mails, yearMail{between(rng, mails[len(mails)-1].at.Add(time.Minute), w.due), sendsClean})
	}
	slices.SortFunc(mails, func(a, b yearMail) int { return a.at.Compare(b.at) })
	return mails
}

// yearBooks draws the workbooks and keeps what was accepted, so that a clean report is clean.
type yearBooks struct {
	roster *state.Roster
	ytd    map[string]int // 万元 accepted of each project this year
	all    map[string]int // and in all years lived through
	done   map[string]int // how many weeks of a department are in it
	stood  map[string]standing
}

// carryOver adds up what was accepted of a department before a week.
func (y *yearBooks) carryOver(own []state.Project, s *yearScript, week int, dept string) {
	for ; y.done[dept] < week; y.done[dept]++ {
		last, next := s.weeks[y.done[dept]], s.weeks[y.done[dept]+1]
		stood := y.stood[last.name+" "+dept]
		for i, p := range own {
			if stood == standsWhole || stood == standsButFirst && i > 0 {
				y.ytd[p.ID], y.all[p.ID] = y.ytd[p.ID]+yearStep, y.all[p.ID]+yearStep
			}
			if next.name[:4] != last.name[:4] { // the year's sum begins again
				y.ytd[p.ID] = 0
			}
		}
	}
}

var yearHeads = []any{
	"序号", "项目编号", "项目名称", "项目类别", "总投资", "2026年计划投资", "本周完成投资", "年度累计完成投资", "自开工累计完成投资",
	"形象进度", "立项", "环评", "规划", "用地", "施工许可", "存在问题", "需协调解决事项", "协调单位", "下周工作计划", "建设单位", "备注",
}

const yearStep = 7 // 万元 a project and week

// raw is the mail as it arrives. no makes every mail another one.
func (y *yearBooks) raw(t testing.TB, dept *state.Dept, w yearWeek, week, no int, kind mailKind) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: zdxmb@lanchuan.example\r\nSubject: %s\r\nMessage-ID: <%s.%s.%d@year.example>\r\nMIME-Version: 1.0\r\n",
		mime.BEncoding.Encode("utf-8", dept.Contact), dept.Mail, mime.BEncoding.Encode("utf-8", dept.Short+"第"+w.name[6:]+"周重大项目周报"), w.name, dept.ID, no)
	if kind == sendsNil {
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\n\r\n本周无变化。\r\n")
		return b.String()
	}
	form := base64.StdEncoding.EncodeToString(y.book(t, dept, w, week, no, kind))
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=year\r\n\r\n--year\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n周报见附件。\r\n--year\r\n"+
		"Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\nContent-Disposition: attachment; filename=\"report.xlsx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for len(form) > 0 {
		line := form[:min(76, len(form))]
		form = form[len(line):]
		b.WriteString(line + "\r\n")
	}
	b.WriteString("--year--\r\n")
	return b.String()
}

func (y *yearBooks) book(t testing.TB, dept *state.Dept, w yearWeek, week, no int, kind mailKind) []byte {
	sheet := sheetWriter{at: map[string]int{}}
	sheet.row(fmt.Sprintf("云泽市澜川区%s年重大项目进展周报表(第%s周)", w.name[:4], w.name[6:]))
	sheet.row(fmt.Sprintf("填报单位:%s  填报人:%s  审核人:%s  单位:万元", dept.Short, dept.Contact, dept.Head))
	sheet.row(yearHeads...)
	for i, p := range y.roster.ProjectsOf(dept.ID, w.due) {
		money := func(f state.Fen) any { return int(f / state.Wan) }
		var plan, done, ytd, cum any = money(p.YearPlan), yearStep, y.ytd[p.ID] + yearStep, int(p.CumBefore/state.Wan) + y.all[p.ID] + yearStep
		if p.Class == state.ClassInvestment {
			plan, done, ytd, cum = "", "", "", ""
		}
		progress := fmt.Sprintf("第%d周完成K%d+200至K%d+%d段,安装管件%d件", week, i, i+1, 100+week, 10*week+no)
		if p.Class == state.ClassInvestment {
			progress = fmt.Sprintf("已签订框架协议,%s企业第%d次来区洽谈用地", w.due.Format("1月2日"), week)
		}
		if kind == sendsFaulty && i == 0 {
			progress = ""
		}
		sheet.row(i+1, p.ID, p.Name, string(p.Class), money(p.Total), plan, done, ytd, cum,
			progress, "已办结", "已办结", "已办结", "已办结", "已办结", "无", "无", "无", fmt.Sprintf("继续推进第%d段第%d层施工", week+1, no+1), "建设单位", "")
	}
	return sheet.pack(t)
}
