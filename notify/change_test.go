package notify_test

import (
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// Which report makes the office be asked, and from when its word counts: money from the week
// not told yet, a class from the week nobody has reported for. What is doubtful, put in place
// by the office, settled in the registry meanwhile or not yet explained is not asked about.
func TestWhatIsPutToTheOfficeAsAChange(t *testing.T) {
	plan := state.Finding{Rule: "registry-field-changed", Level: state.LevelWarning, Project: "P1", Column: "year_plan"}
	said, class := plan, plan
	said.Explained = "省里调减"
	finish := said
	finish.Rule, finish.Column = "date-changed", "planned_finish"
	class.Rule, class.Column, class.Explained = "class-changed", "project_class", "已开工"
	for _, c := range []struct {
		name    string
		finding state.Finding
		value   state.Value
		key     string // of the proposal; "" for none
		want    state.Change
	}{
		{"a plan", said, state.Value{Text: "500"}, "change/P1/year_plan/0604cd31", state.Change{Old: "800", New: "500", From: week38}},
		{"the same plan otherwise written", said, state.Value{Text: "500.00"}, "change/P1/year_plan/0604cd31", state.Change{Old: "800", New: "500", From: week38}},
		{"a class", class, state.Value{Text: "在建项目"}, "change/P1/project_class/5b58e854", state.Change{Old: "新开工", New: "续建", From: week38.Add(1)}},
		{"a day of another month", finish, state.Value{Text: "2027-03-31"}, "change/P1/planned_finish/b620abe2", state.Change{Old: "2026-12", New: "2027-03", From: week38}},
		{"a day of the registered month", finish, state.Value{Text: "2026-12-20"}, "", state.Change{}},
		{"a word that is no class", class, state.Value{Text: "其他"}, "", state.Change{}},
		{"not explained, in time", plan, state.Value{Text: "500"}, "", state.Change{}},
		{"doubtful", said, state.Value{Text: "500", Doubt: "unit-suspect"}, "", state.Change{}},
		{"put in place by the office", said, state.Value{Text: "500", ByOffice: true}, "", state.Change{}},
		{"what the registry says by now", said, state.Value{Text: "800"}, "", state.Change{}},
	} {
		d := escalating(t, memkv.New(), blobs.Memory())
		p := &d.Composer.Roster.Projects[0]
		p.YearPlan, p.Class, p.PlanEnd = 800*state.Wan, state.ClassNewStart, "2026-12"
		d.Composer.Form.ClassWords = map[string]state.Class{"在建项目": state.ClassContinuing}
		d.tick(clock("09-16 09:00"), reported("D02", "m1", clock("09-16 08:00"), state.DecisionAccept, state.Accepted), func(r *state.Records) error {
			w, err := r.DeptWeek(week38, "D02")
			if err != nil {
				return err
			}
			w.Tries[0].Findings = []state.Finding{c.finding}
			w.Rows = []state.Counted{{Project: "P1", Mail: "m1", Received: clock("09-16 08:00"), Values: map[string]state.Value{c.finding.Column: c.value}}}
			return r.PutDeptWeek(*w)
		})
		var changes []state.Change
		err := d.store.Update(t.Context(), func(r *state.Records) error {
			all, err := r.Proposals(state.ProposalChange)
			if err != nil {
				return err
			}
			if c.key == "" || len(all) != 1 || all[0].Key != c.key {
				if c.key != "" || len(all) > 0 {
					t.Errorf("%s: proposed %+v, want %q", c.name, all, c.key)
				}
				return nil
			}
			return r.Decide(c.key, state.Decided{Answer: state.AnswerYes, By: "张三", At: clock("09-16 09:30")})
		})
		if err != nil {
			t.Fatal(err)
		}
		d.tick(clock("09-16 09:32"))
		d.tick(clock("09-16 09:34"))
		err = d.store.View(t.Context(), func(r *state.Records) (err error) {
			changes, err = r.Changes()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if c.key == "" {
			continue
		}
		if len(changes) != 1 || changes[0].Old != c.want.Old || changes[0].New != c.want.New || changes[0].From != c.want.From {
			t.Errorf("%s: the changes are %+v, want %+v", c.name, changes, c.want)
		}
	}
}

// A question whether a finished project is to be closed that nobody answered is put once more, by
// the next report that says so, and then no more; while it waits there is only one, and what the
// office refused does not come back.
func TestAnUnansweredClosingIsAskedOnceMore(t *testing.T) {
	finished := func(week state.Week, id, at string) func(*state.Records) error {
		return func(r *state.Records) error {
			m := state.Mail{ID: id, From: "swj@lanchuan.example", Received: clock(at), MessageID: id + "@x.example", Kind: state.MailSubmission, Decision: state.DecisionAccept, Dept: "D02", Week: week}
			if err := r.PutMail(m); err != nil {
				return err
			}
			return r.PutDeptWeek(state.DeptWeek{
				Week: week, Dept: "D02", First: clock(at), State: state.Accepted,
				Tries: []state.Try{{Mail: id, MessageID: m.MessageID, Received: clock(at), From: m.From, Decision: m.Decision, Findings: []state.Finding{{Rule: "finish-reported", Level: state.LevelNote, Project: "P1", Column: "progress"}}}},
				Rows:  []state.Counted{{Project: "P1", Mail: id, Received: clock(at), Values: map[string]state.Value{"progress": {Text: "竣工验收合格"}}}},
			})
		}
	}
	for name, c := range map[string]struct {
		refuse bool
		want   []int // questions put so far, after each report
	}{"nobody answers": {false, []int{1, 1, 2, 2, 2}}, "refused": {true, []int{1, 1, 1, 1, 1}}} {
		d := escalating(t, memkv.New(), blobs.Memory())
		for i, x := range []struct {
			week int
			at   string
		}{{38, "09-16 08:00"}, {39, "09-23 08:00"}, {43, "10-21 08:00"}, {44, "10-28 08:00"}, {49, "12-02 08:00"}} {
			d.tick(clock(x.at).Add(time.Minute), finished(state.Week{Year: 2026, No: x.week}, x.at, x.at))
			var all []state.Proposal
			err := d.store.Update(t.Context(), func(r *state.Records) (err error) {
				if all, err = r.Proposals(state.ProposalChange); err == nil && c.refuse && i == 0 {
					err = r.Decide(all[0].Key, state.Decided{Answer: state.AnswerNo, By: "张三", At: clock(x.at).Add(2 * time.Minute)})
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(all) != c.want[i] {
				t.Errorf("%s: after W%d %d questions, want %d", name, x.week, len(all), c.want[i])
			}
		}
	}
}
