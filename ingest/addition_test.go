package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

func TestOnlyWhatResemblesNothingIsANewProject(t *testing.T) {
	x := newIndex(&state.Roster{Projects: []state.Project{
		{ID: "P1", Name: "云湾内河码头改建", Aliases: []string{"内河码头", "老码头"}},
		{ID: "P2", Name: "澜川快速路东段", Aliases: []string{"老码头"}},
	}})
	for _, c := range []struct {
		name  string
		class state.Class
		total string
		code  string
		want  bool
	}{
		{"滨江绿道提升工程", state.ClassContinuing, "6800", "", true},
		{"滨江绿道提升工程", state.ClassContinuing, "6800", "新增", true},
		{"滨江绿道提升工程", state.ClassContinuing, "6800", "LC2026-099", false}, // a wrong number
		{"云湾内河码头改建二期", state.ClassContinuing, "6800", "", false},
		{"内河码头二期", state.ClassContinuing, "6800", "", false}, // holds another name
		{"澜川快速路西段", state.ClassContinuing, "6800", "", false},
		{"老码头", state.ClassContinuing, "6800", "", false}, // of two
		{"绿道", state.ClassContinuing, "6800", "", false},  // says too little
		{"滨江绿道提升工程", "", "6800", "", false},
		{"填表说明:金额单位为万元", state.ClassContinuing, "", "", false},
	} {
		row := state.Row{Class: c.class, Values: map[string]state.Value{"project_name": {Text: c.name}, "total_invest": {Text: c.total}, "project_id": {Text: c.code}}}
		if got := x.newcomer(row); got != c.want {
			t.Errorf("%s %s: %v", c.code, c.name, got)
		}
	}
}

const joining = "LC2026-061" // the number of the project that joins

// without is the desk of the district before a project was in the registry.
func without(t *testing.T, project string) Desk {
	t.Helper()
	d := worldDesk(t)
	d.Roster.Projects = slices.DeleteFunc(d.Roster.Projects, func(p state.Project) bool { return p.ID == project })
	return d
}

// agreedTo records that the office agreed to a project that D05 reported.
func agreedTo(t *testing.T, o *office, mail, name string) string {
	t.Helper()
	body, err := json.Marshal(state.Addition{ID: joining, Entry: state.Entry{Name: name, Dept: "D05", Class: state.ClassContinuing, Year: 2026}, Week: state.Week{Year: 2026, No: 38}, Mail: mail})
	if err != nil {
		t.Fatal(err)
	}
	key := "addition/2026/D05"
	err = o.store.Update(t.Context(), func(r *state.Records) error {
		if _, err := r.Propose(state.Proposal{Key: key, Kind: state.ProposalAddition, Week: state.Week{Year: 2026, No: 38}, Made: arrivedAt, Expires: arrivedAt.AddDate(0, 1, 0), Body: body}); err != nil {
			return err
		}
		return r.Decide(key, state.Decided{Answer: state.AnswerYes, By: "张三", Reason: "已研究", At: arrivedAt.Add(time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Break the durable step by which a project is taken in, before and after it took effect, and
// start again: the row counts once, with its figures and from its own week.
func TestEveryCrashOfAnAdditionTakesTheRowOnce(t *testing.T) {
	raw := worldMail(t, "W38-D05-2.eml", "")
	for _, after := range []bool{false, true} {
		disk, files := memkv.New(), blobs.Memory()
		start := func(kv state.KV) (*office, *Collector) {
			store, err := state.NewStore(t.Context(), kv)
			if err != nil {
				t.Fatal(err)
			}
			o := &office{t, without(t, "LC2026-006"), store}
			return o, &Collector{Store: store, Blobs: files, Opener: InProcess{Form: o.desk.Form}, Desk: o.desk, Log: slog.New(slog.DiscardHandler)}
		}
		o, _ := start(disk)
		v := o.receive(raw, arrivedAt)
		if v.Mail.Decision != state.DecisionAccept || !slices.ContainsFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Rule == ruleNew }) {
			t.Fatalf("the report is %s with %+v", v.Mail.Decision, v.Mail.Findings)
		}
		key := agreedTo(t, o, v.Mail.ID, "文峰路北延道路工程")
		kv := &doomed{KV: disk}
		_, first := start(kv)
		kv.steps, kv.at, kv.after = 0, 1, after
		_ = first.additions(t.Context(), arrivedAt.Add(61*time.Minute))
		_, second := start(disk)
		for range 2 {
			if err := second.additions(t.Context(), arrivedAt.Add(63*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		where := fmt.Sprintf("after %v", after)
		look(t, o.store, func(r *state.Records) error {
			changes, err := r.Changes()
			if err != nil {
				return err
			}
			if len(changes) != 1 || changes[0].From != (state.Week{Year: 2026, No: 38}) || changes[0].New != "2026-09-12" || changes[0].Entry.OpeningYTD != 4300*state.Wan {
				t.Errorf("%s: the changes are %+v", where, changes)
			}
			d, err := r.DeptWeek(state.Week{Year: 2026, No: 38}, "D05")
			if err != nil {
				return err
			}
			row := d.Row(joining)
			if row == nil || row.Week != 120*state.Wan || row.YTD != 4420*state.Wan || len(d.Rows) != 3 || d.State != state.Accepted {
				t.Errorf("%s: the week is %+v", where, d)
			}
			m, err := r.Mail(v.Mail.ID)
			if err != nil {
				return err
			}
			if _, _, there := rowOf(m, d.Tries[0], joining); !there || len(m.Findings) != len(v.Mail.Findings)-1 {
				t.Errorf("%s: the mail does not know its project: %+v", where, m.Findings)
			}
			q, err := r.Proposal(key)
			if q.Done.IsZero() || q.Outcome != "" {
				t.Errorf("%s: the proposal is %+v", where, q)
			}
			return err
		})
	}
}

// A row in which something must be corrected does not count at once: the project is expected
// from the first week the department has sent nothing for, and what was said of the name is
// open no more.
func TestAFaultyRowJoinsWithTheNextReport(t *testing.T) {
	desk := without(t, "LC2026-006")
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t, desk, store}
	opened := opened(t, desk, worldMail(t, "W38-D05-2.eml", ""))
	for _, b := range opened.Books {
		for _, row := range b.Rows() {
			if row.Text("project_name") == "文峰路北延道路工程" {
				row.Values["week_invest"] = state.Value{Cell: "F4", Raw: "约120", Doubt: "not-a-number"}
			}
			if row.Text("project_id") == "LC2026-049" { // one of its own is missing then: the department is asked too
				row.Values["project_id"], row.Values["project_name"] = state.Value{}, state.Value{Cell: "C5", Text: "说不清的项目", Raw: "说不清的项目"}
			}
		}
	}
	err = store.Update(t.Context(), func(r *state.Records) error {
		v, err := desk.Take(r, Arrival{Mail: state.Mail{ID: "m1", Received: arrivedAt}, Opened: opened})
		if err != nil {
			return err
		}
		return errors.Join(r.PutDeptWeek(v.Depts[0]), r.PutMail(v.Mail))
	})
	if err != nil {
		t.Fatal(err)
	}
	about := func(d *state.DeptWeek) int {
		n := 0
		for _, f := range d.Open {
			if f.Name == "文峰路北延道路工程" && f.Rule == "project-unknown" {
				n++
			}
		}
		return n
	}
	week := state.Week{Year: 2026, No: 38}
	look(t, o.store, func(r *state.Records) error {
		d, err := r.DeptWeek(week, "D05")
		if err == nil && about(d) != 1 {
			t.Errorf("a report that lacks a project does not ask about an unknown one: %+v", d.Open)
		}
		return err
	})
	agreedTo(t, o, "m1", "文峰路北延道路工程")
	c := &Collector{Store: store, Desk: desk, Log: slog.New(slog.DiscardHandler)}
	if err := c.additions(t.Context(), arrivedAt.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	look(t, o.store, func(r *state.Records) error {
		changes, err := r.Changes()
		if err != nil {
			return err
		}
		if len(changes) != 1 || changes[0].From != (state.Week{Year: 2026, No: 39}) {
			t.Errorf("the changes are %+v", changes)
		}
		d, err := r.DeptWeek(week, "D05")
		if err == nil && (d.Row(joining) != nil || about(d) != 0 || d.State != state.Correcting) {
			t.Errorf("the week is %+v", d)
		}
		return err
	})
}

func look(t *testing.T, store *state.Store, at func(*state.Records) error) {
	t.Helper()
	if err := store.View(t.Context(), at); err != nil {
		t.Fatal(err)
	}
}
