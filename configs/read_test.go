package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"duban/state"
)

// put writes a file beside the configuration.
func put(t *testing.T, config, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(filepath.Dir(config), name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit replaces text in the configuration itself.
func edit(t *testing.T, config string, oldNew ...string) {
	t.Helper()
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("the starter has no %q", oldNew[i])
		}
	}
	put(t, config, filepath.Base(config), []byte(strings.NewReplacer(oldNew...).Replace(text)))
}

func loaded(t *testing.T, config string, o Options) *Config {
	t.Helper()
	c, faults := Load(config, o)
	if faults != nil {
		t.Fatal(faults)
	}
	return c
}

func TestRegistryIsReadInEveryEncodingOfficesSave(t *testing.T) {
	plain, err := starter.ReadFile("registry/departments.csv")
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"UTF-8 with mark": append([]byte("\ufeff"), plain...),
		"GB18030":         chinese,
		"Windows lines":   []byte(strings.ReplaceAll(string(plain), "\n", "\r\n")),
	} {
		config := started(t)
		put(t, config, "registry/departments.csv", data)
		if d := loaded(t, config, Options{}).Roster.Dept("D05"); d == nil || d.Short != "区交通局" || d.Aliases[0] != "交通局" {
			t.Errorf("%s: %+v", name, d)
		}
	}
	config := started(t)
	put(t, config, "registry/departments.csv", []byte{0xff, 0xfe, 'd', 0, 'e', 0})
	if _, faults := Load(config, Options{}); !strings.Contains(faults.Error(), "CSV UTF-8") {
		t.Errorf("UTF-16 must be answered with what to save as: %v", faults)
	}
}

func TestRegistryMayHaveChineseHeadings(t *testing.T) {
	config := started(t)
	put(t, config, "registry/leaders.csv", []byte("职务,名称,领导编号,邮箱\n区长,苏拟川,L02,l02@lanchuan.example\n"))
	put(t, config, "registry/projects.csv", []byte("项目编号,名称,类别,总投资(万元),责任单位,牵头领导,year_plan_2027_wan,退出日期\n"+
		"LC2027-001,新桥,续建,120.5,区交通局,苏拟川,100,2027/6/30\n"))
	put(t, config, "registry/milestones.csv", []byte("项目编号,节点,计划日期\n"))
	put(t, config, "registry/plan_curve.csv", []byte("project_id,"+strings.Join(months(), ",")+"\n"))
	r := loaded(t, config, Options{}).Roster
	p := r.Project("LC2027-001")
	if p == nil || p.Total != 1_205_000*state.Yuan || p.Dept != "D05" || p.LeadLeader != "L02" {
		t.Fatalf("%+v", p)
	}
	if p.ActiveTo.Format(time.DateOnly) != "2027-06-30" || !p.OpeningWeek.IsZero() {
		t.Errorf("%+v", p)
	}
}

func TestRegistryIsReadFromAWorkbookByWhoeverCan(t *testing.T) {
	config := started(t)
	edit(t, config, "registry/leaders.csv", "leaders.xlsx")
	put(t, config, "leaders.xlsx", []byte("PK"))
	rows := [][]string{{"leader_id", "title", "name"}, {}, {"L01", "区长", "林拟山"}, {"L01", "副区长", "柏拟松"}}
	read := func([]byte) ([][]string, error) { return rows, nil }
	_, faults := Load(config, Options{ReadXLSX: read})
	if !strings.Contains(faults.Error(), "leaders.xlsx:4:1 leader_id:编号“L01”与第3行重复") {
		t.Errorf("row numbers must be the workbook's own: %v", faults)
	}
	read = func([]byte) ([][]string, error) { return nil, errors.New("broken") }
	if _, faults := Load(config, Options{ReadXLSX: read}); !strings.Contains(faults.Error(), "这个工作簿读不出来") {
		t.Error(faults)
	}
}

func TestSharedAddressIsNoMistake(t *testing.T) {
	config := started(t)
	data, _ := starter.ReadFile("registry/departments.csv")
	put(t, config, "registry/departments.csv", []byte(strings.Replace(string(data), "swj@lanchuan.example", "fgtj@lanchuan.example", 1)))
	if got := loaded(t, config, Options{}).Roster.ByMail("fgtj@lanchuan.example", newYear); len(got) != 2 {
		t.Errorf("the address stands for %v", got)
	}
}

func TestHeadsCopyGoesToTheBackupUnlessTheHeadHasAnAddress(t *testing.T) {
	config := started(t)
	put(t, config, "registry/departments.csv", []byte("dept_id,name,short_name,reports_weekly,email,email_backup,head_email\n"+
		"D01,甲局,甲局,1,a@lanchuan.example,b@lanchuan.example,\nD02,乙局,乙局,1,a@lanchuan.example,b@lanchuan.example,h@lanchuan.example\n"))
	put(t, config, "registry/projects.csv", []byte("project_id,name,class,total_invest_wan,year_plan_2026_wan,resp_dept\nP1,甲,续建,1,1,D01\nP2,乙,续建,1,1,D02\n"))
	edit(t, config, "  milestones:", "  # milestones:", "  plan_curve:", "  # plan_curve:", ", department: D04}", "}", ", department: D13}", "}", ", department: D14}", "}")
	r := loaded(t, config, Options{}).Roster
	if r.Dept("D01").HeadMail != "b@lanchuan.example" || r.Dept("D02").HeadMail != "h@lanchuan.example" {
		t.Errorf("%+v", r.Depts)
	}
}

func TestCalendarIsReadInEveryForm(t *testing.T) {
	forms := map[string]string{
		"holiday-cn": `{"$schema": "https://x.example/schema.json", "$id": "2026.json", "year": 2026, "papers": ["https://x.example"], "days": [
			{"name": "国庆节", "date": "2026-10-01", "isOffDay": true}, {"name": "国庆节", "date": "2026-10-10", "isOffDay": false}]}`,
		"plain year": `{"year": 2026, "off": ["2026-10-01"], "makeup": ["2026-10-10"], "weeks": []}`,
		"office": "note: 表\ntimezone: Asia/Shanghai\nsources:\n- what: 通知\nyears:\n  2026:\n    status: official\n    'off':\n    - {name: 国庆节, start: '2026-10-01', end: '2026-10-01'}\n" +
			"    makeup_workdays:\n    - {date: '2026-10-10', weekday: 周六, for_: 国庆节}\n",
	}
	for name, text := range forms {
		config := started(t)
		put(t, config, "calendar.yaml", []byte(text))
		c := loaded(t, config, Options{}).Schedule.Calendar
		zone := time.FixedZone("CST", 8*3600)
		if c.Workday(time.Date(2026, 10, 1, 0, 0, 0, 0, zone)) || !c.Workday(time.Date(2026, 10, 10, 0, 0, 0, 0, zone)) || c.Provisional(2026) {
			t.Errorf("%s was not understood", name)
		}
	}
}

func TestSeveralCalendarFilesAreOneCalendar(t *testing.T) {
	config := started(t)
	edit(t, config, "calendar: [calendar.yaml]", "calendar: [calendar.yaml, next.json]")
	put(t, config, "next.json", []byte(`{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`))
	c := loaded(t, config, Options{}).Schedule.Calendar
	if c.Provisional(2026) || c.Provisional(2027) {
		t.Error("both years are announced")
	}
	put(t, config, "next.json", []byte(`{"year": 2027, "days": []}`))
	c = loaded(t, config, Options{}).Schedule.Calendar
	if !c.Provisional(2027) || c.Workday(time.Date(2027, 2, 5, 0, 0, 0, 0, time.UTC)) {
		t.Error("an empty year is provisional, with the statutory days the other file gives")
	}
}

func TestNextYearsCalendarIsAskedForInDecember(t *testing.T) {
	config := started(t)
	for month, want := range map[time.Month]bool{time.November: false, time.December: true} {
		c := loaded(t, config, Options{Now: time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC)})
		if got := strings.Contains(c.Warnings.Error(), "没有2027年正式的放假安排"); got != want {
			t.Errorf("in %s asked: %v", month, got)
		}
	}
}

func TestPasswordStaysInItsFile(t *testing.T) {
	const canary = "yk7-canary"
	config := started(t)
	put(t, config, "secrets/mailbox-password", []byte(canary+"\r\n"))
	c := loaded(t, config, Options{})
	if c.Mailbox.Password.Reveal() != canary {
		t.Error("the line's end belongs to the file, not to the password")
	}
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		if strings.Contains(fmt.Sprintf(form, c.Mailbox), canary) {
			t.Errorf("%s prints the password", form)
		}
	}
	edit(t, config, "password_file: secrets/mailbox-password", "password: "+canary)
	if _, faults := Load(config, Options{}); faults == nil || strings.Contains(faults.Error(), canary) {
		t.Errorf("a password in the configuration is refused and not repeated: %v", faults)
	}
}

func TestPasswordFromTheEnvironment(t *testing.T) {
	config := started(t)
	edit(t, config, "password_file: secrets/mailbox-password", "password_env: MAILBOX")
	c := loaded(t, config, Options{Env: func(name string) string { return name + "-value" }})
	if c.Mailbox.Password.Reveal() != "MAILBOX-value" {
		t.Error("the variable was not read")
	}
}

func TestReadablePasswordFileIsRefusedUnlessTheServerIsHere(t *testing.T) {
	config := started(t)
	if err := os.Chmod(filepath.Join(filepath.Dir(config), "secrets/mailbox-password"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, faults := Load(config, Options{}); !strings.Contains(faults.Error(), "chmod 600 secrets/mailbox-password") {
		t.Errorf("got %v", faults)
	}
	edit(t, config, "host: imap.lanchuan.example", "host: 127.0.0.1")
	if c := loaded(t, config, Options{}); !strings.Contains(c.Warnings.Error(), "别的用户也能读") {
		t.Errorf("warnings: %v", c.Warnings)
	}
}

func TestOnThisMachineEverythingMayBePlainAndFast(t *testing.T) {
	config := started(t)
	edit(t, config, "host: imap.lanchuan.example", "host: 127.0.0.1", "host: smtp.lanchuan.example", "host: localhost",
		"tls: implicit ", "tls: none ", "pace: 10s", "pace: 0s", "poll: 2m", "poll: 1s", "port: 993", "port: 1143", "port: 465", "port: 1025")
	c := loaded(t, config, Options{})
	if c.Mailbox.Addr() != "127.0.0.1:1143" || c.Mailbox.TLS != TLSNone || c.Mailbox.Every != time.Second || c.Outgoing.Pace != 0 {
		t.Errorf("%+v %+v", c.Mailbox, c.Outgoing)
	}
}

func TestAllowedDomainIncludesItsSubdomainsInUse(t *testing.T) {
	got := loaded(t, started(t), Options{}).Outgoing.Allow
	if strings.Join(got, " ") != "lanchuan.example leaders.lanchuan.example" {
		t.Errorf("allow: %v", got)
	}
}

func TestMomentsMayBeCronExpressions(t *testing.T) {
	config := started(t)
	edit(t, config, `summary: {after: 1wd, at: "08:30"}`, `summary: "30 8 * * MON"`, `poll: 2m`, `poll: "*/5 7-20 * * *"`)
	c := loaded(t, config, Options{})
	w := state.Week{Year: 2026, No: 37}
	if got := c.Schedule.SummaryAt(w); got.Format("2006-01-02 15:04 -0700") != "2026-09-14 08:30 +0800" {
		t.Errorf("summary at %v", got)
	}
	if got := c.Mailbox.Poll(time.Date(2026, 9, 14, 21, 0, 0, 0, c.Office.Zone)); got.Hour() != 7 || c.Mailbox.Every != 0 {
		t.Errorf("next poll at %v", got)
	}
}

func TestLeftOutKeysTakeTheStandardValues(t *testing.T) {
	config := started(t)
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(data), "schedule:\n")
	_, console, _ := strings.Cut(rest, "mode: live")
	_, console, _ = strings.Cut(console, "\n")
	put(t, config, "duban.yaml", []byte(head+console))
	standard, full := loaded(t, config, Options{}), loaded(t, started(t), Options{})
	if fmt.Sprint(standard.Schedule.Form, standard.Schedule.Reminders, standard.Lamp) != fmt.Sprint(full.Schedule.Form, full.Schedule.Reminders, full.Lamp) {
		t.Errorf("the starter shows other values than the standard:\n%+v\n%+v", standard.Schedule, full.Schedule)
	}
	w := state.Week{Year: 2026, No: 20}
	if !standard.Schedule.SummaryAt(w).Equal(full.Schedule.SummaryAt(w)) || !standard.Schedule.FreezeAt(w).Equal(full.Schedule.FreezeAt(w)) {
		t.Error("the starter shows other moments than the standard")
	}
}

func TestStarterNeverOverwrites(t *testing.T) {
	config := started(t)
	dir := filepath.Dir(config)
	put(t, config, "form.yaml", []byte("mine"))
	if err := os.Remove(filepath.Join(dir, "rules.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "form.yaml")); string(data) != "mine" {
		t.Error("the office's file was overwritten")
	}
	if _, err := os.Stat(filepath.Join(dir, "rules.yaml")); err != nil {
		t.Error("the missing file was not written")
	}
	if info, err := os.Stat(filepath.Join(dir, "secrets/mailbox-password")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v, %v", info, err)
	}
}

func TestEveryFileReadIsWatched(t *testing.T) {
	c := loaded(t, started(t), Options{})
	for _, name := range []string{"duban.yaml", "form.yaml", "rules.yaml", "calendar.yaml", "projects.csv", "mailbox-password"} {
		if !strings.Contains(strings.Join(c.Files, " "), name) {
			t.Errorf("%s is not among %v", name, c.Files)
		}
	}
}

func TestMissingConfigurationSaysSo(t *testing.T) {
	_, faults := Load(filepath.Join(t.TempDir(), "duban.yaml"), Options{})
	if !strings.Contains(faults.Error(), "没有文件“duban.yaml”") {
		t.Error(faults)
	}
}
