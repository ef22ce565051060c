package ingest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/configs"
	"duban/ingest/rules"
	"duban/state"
	"duban/state/memkv"
)

// worldMails is where the two fictional weeks' mails lie; the demo plays the same ones.
const worldMails = "../cmd/duban/internal/demo/mails"

// entry is one line of index.tsv: a mail and what must come of it.
type entry struct {
	file, decision   string
	received         time.Time
	errors, warnings []string
}

// worldDesk is the fictional district's desk: the starter's registry, form and rules, with
// the district's own schedule.
func worldDesk(t testing.TB) Desk {
	t.Helper()
	dir := t.TempDir()
	if err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	c, faults := configs.Load(filepath.Join(dir, "duban.yaml"), configs.Options{})
	if c == nil {
		t.Fatal(faults)
	}
	set, wrong := rules.Load(c.Rules.Data, c.Rules.Name, c.Form)
	if set == nil {
		t.Fatal(wrong)
	}
	s := *c.Schedule
	s.Summary = state.Moment{Workdays: 2, At: state.Clock{Hour: 9}}
	return Desk{Form: c.Form, Rules: set, Roster: c.Roster, Schedule: &s, Own: OwnIdentity{Addresses: []string{"zdxmb@lanchuan.example"}}}
}

func worldIndex(t testing.TB, week string) []entry {
	t.Helper()
	f, err := os.Open(filepath.Join(worldMails, week, "index.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []entry
	lines := bufio.NewScanner(f)
	lines.Scan() // the heading
	for lines.Scan() {
		cols := strings.Split(lines.Text(), "\t")
		at, err := time.Parse(time.RFC3339, cols[1])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{file: cols[0], received: at, decision: cols[3], errors: codes(cols[4]), warnings: codes(cols[5])})
	}
	return out
}

// codes turns "REQUIRED_EMPTY:progress,RATE_MISMATCH" into rule names with their columns.
func codes(s string) []string {
	var out []string
	for _, c := range strings.Split(s, ",") {
		if c = strings.TrimSpace(c); c != "" {
			rule, column, _ := strings.Cut(c, ":")
			out = append(out, strings.ReplaceAll(strings.ToLower(rule), "_", "-")+":"+column)
		}
	}
	return out
}

// office keeps a store and judges mails into it one after the other.
type office struct {
	t     testing.TB
	desk  Desk
	store *state.Store
}

func newOffice(t testing.TB) *office {
	t.Helper()
	store, err := state.NewStore(context.Background(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	return &office{t, worldDesk(t), store}
}

func (o *office) receive(raw []byte, at time.Time) Verdict {
	o.t.Helper()
	opened, err := Open(Job{Data: raw, Year: at.Year()}, o.desk.Form)
	if err != nil {
		o.t.Fatal(err)
	}
	var v Verdict
	err = o.store.Update(context.Background(), func(r *state.Records) error {
		var err error
		v, err = o.desk.Take(r, Arrival{Mail: state.Mail{ID: digest(raw), Received: at}, Opened: opened})
		if err != nil {
			return err
		}
		for _, w := range v.Depts {
			if err := r.PutDeptWeek(w); err != nil {
				return err
			}
		}
		return r.PutMail(v.Mail)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

// expectations of index.tsv that name a kind rather than a decision.
var kinds = map[string]state.MailKind{
	"bounce": state.MailBounce, "auto_reply": state.MailAutoReply,
	"coordination_answer": state.MailAnswer, "not_a_report": state.MailOther,
}

func TestTheWorldsWeeksAreJudgedAsExpected(t *testing.T) {
	o := newOffice(t)
	for _, week := range []string{"2026-W38", "2026-W39"} {
		for _, e := range worldIndex(t, week) {
			raw, err := os.ReadFile(filepath.Join(worldMails, week, e.file))
			if err != nil {
				t.Fatal(err)
			}
			v := o.receive(raw, e.received)
			t.Run(e.file, func(t *testing.T) { checkEntry(t, e, v.Mail) })
		}
		w, err := state.ParseWeek(week)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.standing(w); !reflect.DeepEqual(got, wantStanding[week]) {
			t.Errorf("%s: %+v, want %+v", week, got, wantStanding[week])
		}
	}
}

// standing is a department's place in the week's reporting table.
type standing struct {
	late, returned, overdue, missing []string
	week                             state.Fen // 本周完成投资 of the rows that count
}

// wantStanding is what world/expected says of the two weeks.
var wantStanding = map[string]standing{
	"2026-W38": {
		late: []string{"D10", "D23"}, returned: []string{"D02", "D05", "D09", "D16", "D17", "D22"},
		overdue: []string{"D17"}, missing: []string{"D25"}, week: 7685 * state.Wan,
	},
	"2026-W39": {
		late: []string{"D17"}, returned: []string{"D03", "D09", "D25"},
		missing: []string{"D11"}, week: 7920 * state.Wan,
	},
}

func (o *office) standing(week state.Week) standing {
	o.t.Helper()
	var depts map[string]*state.DeptWeek
	err := o.store.View(context.Background(), func(r *state.Records) (err error) {
		depts, err = r.DeptWeeks(week)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	var s standing
	for _, d := range o.desk.Roster.Reporting() {
		w := depts[d.ID]
		if w == nil {
			s.missing = append(s.missing, d.ID)
			continue
		}
		if w.State != state.Accepted || len(w.Wait)+len(w.Lack)+len(w.Open) > 0 {
			o.t.Errorf("%s ends %s as %s, waiting %v, lacking %v, open %v", d.ID, week, w.State, w.Wait, w.Lack, w.Open)
		}
		if w.Late {
			s.late = append(s.late, d.ID)
		}
		if w.Returned() {
			s.returned = append(s.returned, d.ID)
		}
		if slices.ContainsFunc(w.Tries, func(t state.Try) bool { return t.Overdue }) {
			s.overdue = append(s.overdue, d.ID)
		}
		for _, c := range w.Rows {
			s.week += c.Week
			if c.Mail == "" || c.Received.IsZero() {
				o.t.Errorf("%s counts a row without its origin: %+v", d.ID, c)
			}
		}
	}
	return s
}

func checkEntry(t *testing.T, e entry, m state.Mail) {
	t.Helper()
	if kind, ok := kinds[e.decision]; ok {
		if m.Kind != kind {
			t.Errorf("kind %s (%s), want %s", m.Kind, m.Reason, kind)
		}
	} else if string(m.Decision) != e.decision {
		t.Errorf("decision %s, want %s", m.Decision, e.decision)
	}
	var errs, told []string
	for _, f := range m.Findings {
		told = append(told, fmt.Sprintf("%s %s %s %s/%s: %s [%s→%s %s] %v %s", f.Level, f.Rule, f.Follows, f.Sheet, f.Cell, f.Message, f.Found, f.Expected, f.Example, f.Cells, f.Last))
		if f.Level == state.LevelError {
			errs = append(errs, f.Rule+":"+f.Column)
		}
	}
	has := func(list []string, want string) bool {
		return slices.ContainsFunc(list, func(got string) bool { return strings.HasPrefix(got, want) })
	}
	unit := has(errs, "unit-suspect:")
	for _, want := range e.errors {
		arithmetic := slices.Contains([]string{"ytd-decreased:", "arith-ytd-mismatch:", "rate-mismatch:"}, want)
		if !has(errs, want) && (!unit || !arithmetic) {
			t.Errorf("%s was not found", want)
		}
	}
	for _, got := range errs {
		rule, _, _ := strings.Cut(got, ":")
		if !has(e.errors, rule+":") {
			t.Errorf("%s was found and is not there", got)
		}
	}
	for _, f := range m.Findings {
		if f.Level == state.LevelWarning && !has(e.warnings, f.Rule+":") {
			t.Errorf("a question that should not be put: %s", f.Rule)
		}
	}
	for _, want := range e.warnings {
		if !slices.ContainsFunc(m.Findings, func(f state.Finding) bool { return f.Rule+":" == want }) {
			t.Errorf("%s was not told", want)
		}
	}
	if t.Failed() || testing.Verbose() {
		t.Log(m.Kind, m.Reason, m.Dept, m.Week, "\n"+strings.Join(told, "\n"))
	}
}
