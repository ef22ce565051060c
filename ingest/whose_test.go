package ingest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
)

// worldMail is a mail of the fictional district, from another sender when from is not "".
func worldMail(t *testing.T, file, from string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(worldMails, "2026-"+file[:3], file))
	if err != nil {
		t.Fatal(err)
	}
	if from == "" {
		return raw
	}
	var out [][]byte
	for line := range bytes.Lines(raw) {
		if bytes.HasPrefix(line, []byte("From:")) {
			line = []byte("From: " + from + "\r\n")
		}
		out = append(out, line)
	}
	return bytes.Join(out, nil)
}

func opened(t *testing.T, desk Desk, raw []byte) Opened {
	t.Helper()
	o, err := Open(Job{Data: raw, Year: 2026}, desk.Form)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Two departments with one address: the sheet says whose report it is; without one a person
// must look.
func TestTheDistrictsSharedAddressIsDecidedByTheSheet(t *testing.T) {
	desk := worldDesk(t)
	desk.Roster.Dept("D06").Mail = "jtj@lanchuan.example"
	for file, want := range map[string]string{"W38-D05-2.eml": "D05", "W38-D06-1.eml": "D06"} {
		p := desk.Place(opened(t, desk, worldMail(t, file, "jtj@lanchuan.example")), arrivedAt, nil)
		if p.Dept != want || p.Kind != state.MailSubmission {
			t.Errorf("%s: %s of %s, want a report of %s", file, p.Kind, p.Dept, want)
		}
	}
	p := desk.Place(opened(t, desk, []byte("From: jtj@lanchuan.example\r\nSubject: report\r\n\r\nx")), arrivedAt, nil)
	if p.Dept != "" || p.Kind != state.MailOther {
		t.Errorf("without a sheet: %s of %q", p.Kind, p.Dept)
	}
}

// A department that was renamed keeps its address: from the day on it is the successor's,
// and the old name on a form is still understood.
func TestARenamedDepartmentIsItsSuccessorFromTheDayOn(t *testing.T) {
	desk := worldDesk(t)
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, desk.Schedule.Zone)
	old := desk.Roster.Dept("D05")
	heir := *old
	heir.ID, heir.Name, heir.Short, heir.Aliases, heir.From = "D99", "区交通运输局", "交通运输局", []string{old.Name, old.Short}, day
	old.To = day
	desk.Roster.Depts = append(desk.Roster.Depts, heir)
	for i := range desk.Roster.Projects {
		if p := &desk.Roster.Projects[i]; p.Dept == "D05" {
			p.Dept = "D99"
		}
	}
	o := opened(t, desk, worldMail(t, "W38-D05-2.eml", ""))
	for at, want := range map[time.Time]string{arrivedAt: "D99", day.AddDate(0, 0, -11): "D05"} {
		p := desk.Place(o, at, nil)
		if p.Dept != want {
			t.Errorf("on %s: %s, want %s", at.Format(time.DateOnly), p.Dept, want)
		}
		if want == "D99" {
			v := desk.Judge(state.Mail{ID: "m", Received: at}, o, p, Known{})
			for _, f := range v.Mail.Findings {
				if f.Rule == "unit-mismatch" || f.Rule == "not-your-project" {
					t.Errorf("the successor is asked about %s: %s", f.Rule, f.Message)
				}
			}
		}
	}
}

// A department ends and names the one that goes on. From the day on its projects and their
// history are the successor's; for three months so are its address and its name on a form;
// then the old address is a stranger's and the old name is asked about.
func TestASuccessorTakesOverForThreeMonths(t *testing.T) {
	o := newOffice(t)
	day := time.Date(2026, 9, 21, 0, 0, 0, 0, o.desk.Schedule.Zone)
	old := o.desk.Roster.Dept("D05")
	heir := state.Dept{ID: "D99", Name: "区公路水运局", Short: "公路水运局", Reports: true, Mail: "glsy@lanchuan.example", From: day}
	old.To, old.Successor = day, heir.ID
	o.desk.Roster.Depts = append(o.desk.Roster.Depts, heir)

	first := o.receive(worldMail(t, "W38-D05-2.eml", ""), arrivedAt)
	if first.Mail.Dept != "D05" || first.Mail.Decision != state.DecisionAccept {
		t.Fatalf("before the day: %s %s", first.Mail.Dept, first.Mail.Decision)
	}
	raw, at := worldMail(t, "W39-D05-1.eml", ""), day.AddDate(0, 0, 3)
	for _, from := range []string{"", "glsy@lanchuan.example"} {
		v := o.receive(worldMail(t, "W39-D05-1.eml", from), at)
		if v.Mail.Dept != "D99" || v.Mail.Kind != state.MailSubmission {
			t.Fatalf("in the week after, from %q: %s of %s (%s)", from, v.Mail.Kind, v.Mail.Dept, v.Mail.Reason)
		}
		for _, f := range v.Mail.Findings {
			if slices.Contains([]string{"unit-mismatch", "not-your-project", "arith-ytd-mismatch", "ytd-decreased", "project-missing"}, f.Rule) {
				t.Errorf("the successor is asked about %s: %s", f.Rule, f.Message)
			}
		}
		if from == "" && (len(v.Depts) != 1 || len(v.Depts[0].Rows) == 0) {
			t.Errorf("no row counts: %+v", v.Depts)
		}
	}
	late := day.AddDate(0, 3, 1)
	mail := opened(t, o.desk, raw)
	if p := o.desk.Place(mail, late, nil); p.Kind != state.MailUnknown {
		t.Errorf("after three months the old address is %s of %s", p.Kind, p.Dept)
	}
	mail = opened(t, o.desk, worldMail(t, "W39-D05-1.eml", "glsy@lanchuan.example"))
	p := o.desk.on(late).Place(mail, late, nil)
	if p.Dept != "D99" || !slices.ContainsFunc(p.Findings, func(f state.Finding) bool { return f.Rule == "unit-mismatch" }) {
		t.Errorf("after three months the old name is not asked about: %s, %v", p.Dept, rulesOf(p.Findings, state.LevelError))
	}
	for w, want := range map[int]string{38: "D05", 39: "D99"} {
		s := summaryOf(t, o, state.Week{Year: 2026, No: w})
		for id, owes := range map[string]bool{"D05": want == "D05", "D99": want == "D99"} {
			if _, told := s.DeptDetail[id]; told != owes {
				t.Errorf("week %d tells of %s: %v, want %v", w, id, told, owes)
			}
		}
		for id, f := range s.Projects {
			if o.desk.Roster.Project(id).Dept == "D05" && f.Stale {
				t.Errorf("week %d: %s lost its figures", w, id)
			}
		}
	}
}

// summaryOf draws the digest of a week from the store.
func summaryOf(t *testing.T, o *office, week state.Week) state.Digest {
	t.Helper()
	f := state.Facts{Week: week, Roster: o.desk.Roster, Schedule: o.desk.Schedule}
	err := o.store.View(t.Context(), func(r *state.Records) (err error) {
		if f.Depts, err = r.DeptWeeks(week); err != nil {
			return err
		}
		f.Bases, err = r.Bases(o.desk.Roster, o.desk.Schedule, week, o.desk.Roster.Projects)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return state.Summarise(f)
}

// Two weeks in one mail: the week that runs is taken, of the other not a row, and it is said.
func TestTwoWeeksInOneMail(t *testing.T) {
	desk := worldDesk(t)
	last := opened(t, desk, worldMail(t, "W38-D05-2.eml", ""))
	o := opened(t, desk, worldMail(t, "W39-D05-1.eml", ""))
	o.Books = append(slices.Clone(last.Books), o.Books...)
	old := last.Books[0].Name
	at := time.Date(2026, 9, 24, 2, 0, 0, 0, time.UTC)
	p := desk.Place(o, at, nil)
	v := desk.Judge(state.Mail{ID: "m", Received: at}, o, p, Known{})
	if v.Mail.Week.String() != "2026-W39" || !slices.ContainsFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Book == old && f.Message != "" }) {
		t.Errorf("%s, %d findings", v.Mail.Week, len(v.Mail.Findings))
	}
	if len(v.Depts) != 1 || len(v.Depts[0].Rows) == 0 {
		t.Fatalf("%+v", v.Depts)
	}
	for _, row := range v.Depts[0].Rows {
		if row.Book == old {
			t.Errorf("%s counts from the other week's sheet", row.Project)
		}
	}
}

// A registered colleague forwards what a stranger sent: the workbook counts as the
// colleague's, and the office can read who sent it first.
func TestAColleaguesForward(t *testing.T) {
	desk := worldDesk(t)
	inner := strings.ReplaceAll(string(worldMail(t, "W38-D05-2.eml", "x@privatemail.example")), "\r\n", "\n")
	raw := "From: jtj@lanchuan.example\nSubject: 转发: 第38周周报\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\n\n请查收\n--outer\nContent-Type: message/rfc822\n\n" + inner + "\n--outer--\n"
	o := opened(t, desk, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	v := desk.Judge(state.Mail{ID: "m", Received: arrivedAt}, o, desk.Place(o, arrivedAt, nil), Known{})
	if v.Mail.Dept != "D05" || v.Mail.From != "jtj@lanchuan.example" || v.Mail.Decision != state.DecisionAccept {
		t.Errorf("%s from %s: %s", v.Mail.Dept, v.Mail.From, v.Mail.Decision)
	}
	if !slices.ContainsFunc(v.Mail.Findings, func(f state.Finding) bool {
		return f.Rule == "nested-message" && f.Level == state.LevelNote && strings.Contains(f.Found, "x@privatemail.example")
	}) {
		t.Errorf("nobody is told who sent it first: %+v", v.Mail.Findings)
	}
	// The other way round the stranger stays a stranger.
	raw = strings.Replace(strings.Replace(raw, "From: jtj@lanchuan.example", "From: y@privatemail.example", 1), "x@privatemail.example", "jtj@lanchuan.example", 1)
	o = opened(t, desk, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	if p := desk.Place(o, arrivedAt, nil); p.Kind != state.MailUnknown {
		t.Errorf("an inner sender is trusted: %s", p.Kind)
	}
}

// A claim that cannot be carried out changes nothing and says why.
func TestClaimsThatAreRefused(t *testing.T) {
	o := newOffice(t)
	c := &Collector{Store: o.store, Blobs: blobs.Memory(), Opener: InProcess{Form: o.desk.Form}, Desk: o.desk, Log: slog.New(slog.DiscardHandler)}
	put := func(raw []byte, at time.Time) string {
		if _, err := c.Blobs.PutAll([][]byte{raw}); err != nil {
			t.Fatal(err)
		}
		o.receive(raw, at)
		return digest(raw)
	}
	stranger := put(worldMail(t, "W38-D05-1.eml", "x@privatemail.example"), arrivedAt)
	empty := put([]byte("From: x@privatemail.example\r\nSubject: lunch\r\n\r\nat noon?"), arrivedAt.Add(2*time.Hour))
	own := put(worldMail(t, "W38-D05-2.eml", ""), arrivedAt.Add(time.Hour))
	for name, tc := range map[string]struct {
		id   string
		want error
	}{
		"too short": {stranger[:4], ErrAmbiguous}, "unknown": {strings.Repeat("0", 64), ErrNoMail}, "taken already": {own, ErrNotAside},
		"no report": {empty, ErrNoReport}, "overtaken by the department": {stranger, ErrOvertaken},
	} {
		if _, err := c.Accept(context.Background(), Claim{Mail: tc.id, Dept: "D05", Why: "asked", By: "test"}); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	err := o.store.View(t.Context(), func(r *state.Records) error {
		d, err := r.DeptWeek(state.Week{Year: 2026, No: 38}, "D05")
		if d == nil || len(d.Tries) != 1 {
			t.Errorf("a refused claim left %+v", d)
		}
		m, _ := r.Mail(stranger)
		if m == nil || m.Kind != state.MailUnknown {
			t.Errorf("a refused claim changed the mail: %+v", m)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
