package notify

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"duban/notify/report"
	"duban/state"
)

// The fictional district 云泽市澜川区 as these tests know it.

var china = time.FixedZone("Asia/Shanghai", 8*3600)

var week38 = state.Week{Year: 2026, No: 38}

// on reads "09-18 18:00" of 2026 in the district's time.
func on(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, china)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// district is its schedule: W38 stands before a working Sunday, W39's Friday is a holiday.
func district(t *testing.T) *state.Schedule {
	t.Helper()
	cal := state.NewCalendar()
	cal.AddMakeUpDay(on(t, "09-20 00:00"), "国庆节")
	for _, day := range []string{"09-25 00:00", "09-26 00:00", "09-27 00:00"} {
		cal.AddHoliday(on(t, day), "中秋节")
	}
	cal.SetOfficial(2026)
	return &state.Schedule{
		Zone: china, Calendar: cal, Weekday: time.Friday, At: state.Clock{Hour: 18}, Grace: 10 * time.Minute,
		Resubmit:  state.Moment{Workdays: 1, At: state.Clock{Hour: 18}},
		Preview:   state.Moment{Workdays: 1, At: state.Clock{Hour: 7, Minute: 30}},
		Summary:   state.Moment{Workdays: 2, At: state.Clock{Hour: 9}},
		Corrected: state.Moment{Workdays: 2, At: state.Clock{Hour: 18, Minute: 30}},
		QuietFrom: state.Clock{Hour: 20}, QuietTo: state.Clock{Hour: 7, Minute: 30},
	}
}

func form() *state.Form {
	return &state.Form{Columns: []state.Column{
		{ID: "total_invest", Title: "总投资", Kind: state.KindMoney, Unit: "万元"},
		{ID: "planned_finish", Title: "计划竣工时间", Kind: state.KindDate},
		{ID: "week_invest", Title: "本周完成投资", Kind: state.KindMoney, Unit: "万元"},
		{ID: "ytd_invest", Title: "年度累计完成投资", Kind: state.KindMoney, Unit: "万元"},
		{ID: "ytd_rate", Title: "完成率", Kind: state.KindPercent, Unit: "%"},
		{ID: "progress", Title: "形象进度", Kind: state.KindText},
		{ID: "problems", Title: "存在问题", Kind: state.KindText},
		{ID: "next_plan", Title: "下周工作计划", Kind: state.KindText},
		{ID: "coordination_units", Title: "协调单位", Kind: state.KindText},
		{ID: "responsible_dept", Title: "责任单位", Kind: state.KindText},
		{ID: "permit_construction", Title: "施工许可", Kind: state.KindText},
	}}
}

func records(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "district", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func roster(t *testing.T) *state.Roster {
	t.Helper()
	r := &state.Roster{}
	for _, d := range records(t, "departments.csv") {
		r.Depts = append(r.Depts, state.Dept{
			ID: d["dept_id"], Name: d["name"], Short: d["short_name"], Reports: d["reports_weekly"] == "1", Head: d["deputy_lead"],
			HeadMail: d["email_backup"], Contact: d["contact"], Phone: d["phone"], Mail: d["email"], MailBackup: d["email_backup"],
		})
	}
	for _, l := range records(t, "leaders.csv") {
		r.Leaders = append(r.Leaders, state.Leader{ID: l["leader_id"], Title: l["title"], Name: l["name"], Mail: l["email"]})
	}
	for _, c := range records(t, "recipients.csv") {
		r.Recipients = append(r.Recipients, state.Recipient{ID: c["recipient_id"], Body: c["body"], Mail: c["address"], Copy: c["mode"] == "cc"})
	}
	for _, u := range records(t, "external_units.csv") {
		r.Units = append(r.Units, state.Unit{ID: u["unit_id"], Name: u["name"], Matter: u["matter"]})
	}
	steps := map[string][]state.Milestone{}
	for _, m := range records(t, "milestones.csv") {
		steps[m["project_id"]] = append(steps[m["project_id"]], state.Milestone{Name: m["milestone"], Plan: dated(t, m["plan_date"]), Actual: dated(t, m["actual_date"])})
	}
	for _, p := range records(t, "projects.csv") {
		r.Projects = append(r.Projects, state.Project{
			ID: p["project_id"], Name: p["name"], Class: state.Class(p["class"]), Dept: p["resp_dept"], LeadLeader: p["lead_leader"],
			Total: tenThousand(t, p["total_invest_wan"]), YearPlan: tenThousand(t, p["year_plan_2026_wan"]),
			CumBefore: tenThousand(t, p["cum_to_2025_wan"]), OpeningYTD: tenThousand(t, p["ytd_w37_wan"]),
			Milestones: steps[p["project_id"]],
		})
	}
	return r
}

// dated reads a day of the registry; an empty cell is none.
func dated(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, s, china)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// tenThousand reads an amount in 万元; an empty cell is none.
func tenThousand(t *testing.T, s string) state.Fen {
	t.Helper()
	if s == "" {
		return 0
	}
	f, err := state.ParseWan(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// bareTime finds the times the district's summary writes without a zone.
var bareTime = regexp.MustCompile(`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)"`)

// digest38 is the summary of W38 as the district's office made it by hand.
func digest38(t *testing.T) state.Digest {
	t.Helper()
	b, err := os.ReadFile("testdata/district/2026-W38.summary.json")
	if err != nil {
		t.Fatal(err)
	}
	var d state.Digest
	if err := json.Unmarshal(bareTime.ReplaceAll(b, []byte(`$1+08:00"`)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// digest37 is the week before, as far as the letter compares with it.
func digest37(t *testing.T) state.Digest {
	d := digest38(t)
	d.Period = week38.Add(-1)
	d.Overall.Week = 7_213 * state.Wan
	d.Lights = map[string]state.Light{}
	for id, l := range digest38(t).Lights {
		d.Lights[id] = l
	}
	l := d.Lights["LC2026-029"]
	l.Colour = state.Yellow
	d.Lights["LC2026-029"] = l
	d.Lights["LC2026-001"] = state.Light{Colour: state.Yellow}
	return d
}

func composer(t *testing.T, pages Pages) *Composer {
	t.Helper()
	return &Composer{
		Office: Office{Name: "区重大项目办", Mail: "zdxmb@lanchuan.example", Contact: "万拟通 000-0000-0000"},
		Domain: "lanchuan.example", Pages: pages, Roster: roster(t), Schedule: district(t), Form: form(), Approved: "区重大项目领导小组2026年1月会议通过",
		Blob:  func(string) ([]byte, error) { return []byte("xlsx"), nil },
		Blank: func(report.Blank) ([]byte, error) { return []byte("xlsx"), nil },
		Mark:  func(b []byte, _ string, _ []state.Finding) ([]byte, error) { return b, nil },
	}
}

// mail is a department's mail with one workbook.
func mail(t *testing.T, from, at, book string, rows ...state.Row) *state.Mail {
	t.Helper()
	m := &state.Mail{
		ID: strings.Repeat("ab12", 16), From: from, MessageID: "W38-1@" + from[strings.Index(from, "@")+1:],
		Received: on(t, at), Subject: "第38周重大项目周报", Decision: state.DecisionCorrect,
	}
	if book != "" {
		m.Books = []state.Book{{Name: book, Format: "xlsx", Sheets: []state.Sheet{{Name: "在建项目", Rows: rows}}}}
	}
	return m
}

// try is the try a mail makes.
func try(m *state.Mail, findings ...state.Finding) state.Try {
	t := state.Try{Mail: m.ID, MessageID: m.MessageID, Received: m.Received, From: m.From, Subject: m.Subject, Decision: m.Decision, Findings: findings}
	for _, b := range m.Books {
		t.Books = append(t.Books, state.TryBook{Name: b.Name, Format: b.Format, Blob: "b", Markable: "b", Sheets: []string{"在建项目"}, Rows: len(b.Rows())})
	}
	return t
}

// row is a project's line with a figure for the week and one for the year.
func row(project, week, ytd string) state.Row {
	return state.Row{Project: project, Sheet: "在建项目", Values: map[string]state.Value{
		"week_invest": {Cell: "G6", Text: week, Raw: week}, "ytd_invest": {Cell: "H6", Text: ytd, Raw: ytd},
	}}
}

// counted lists rows as they count.
func counted(t *testing.T, m *state.Mail) []state.Counted {
	t.Helper()
	var out []state.Counted
	for _, b := range m.Books {
		for _, r := range b.Rows() {
			week, _ := r.Money("week_invest")
			ytd, _ := r.Money("ytd_invest")
			out = append(out, state.Counted{Project: r.Project, Mail: m.ID, Week: week, YTD: ytd, Received: m.Received, Values: r.Values})
		}
	}
	return out
}
