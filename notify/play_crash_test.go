package notify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// play is a stretch of the office's life at one desk.
type play struct {
	set   func(*desk) // how the desk differs from the ordinary one, after every start anew
	beats []beat
	held  []string // the beats after which nothing leaves
	must  []string // letters that leave in it, so that the play is not about nothing
	never []string // what the keys of letters that must not leave begin with
	steps int      // durable steps it takes at the least
}

// beat is one turn: what the mailbox and the office brought, then plan and dispatch.
type beat struct {
	at    string
	found []func(*state.Records) error
}

// ending is what a play came to: every letter the server took, and what the records keep.
type ending struct {
	left    []string // "key address", sorted
	doubted map[string]bool
	kept    string
	steps   int
}

// perform plays it through. The store fails at its step-th durable step, before or after that
// took effect, and the process is as good as dead: another one starts on the same disk in the
// same minute and lives the rest. step 0 lets it live undisturbed.
func (p play) perform(t *testing.T, step int, after bool) ending {
	t.Helper()
	disk, files, codes := memkv.New(), blobs.Memory(), 10_000_000
	var kv *brittle
	start := func() *desk {
		kv = &brittle{KV: disk}
		d := newDesk(t, kv, files)
		d.Code = func() (string, error) { codes++; return fmt.Sprint(codes), nil }
		p.set(d)
		return d
	}
	d, e, broke := start(), ending{doubted: map[string]bool{}}, step == 0
	for _, b := range p.beats {
		now := clock(b.at)
		kv.at = 0
		d.sweep(now, b.found...)
		kv.updates, kv.after = 0, after
		if !broke {
			kv.at = step - e.steps
		}
		err := d.Plan(t.Context(), now)
		if !kv.dead {
			if err != nil {
				t.Fatalf("step %d, after %v: plan at %s: %v", step, after, b.at, err)
			}
			err = p.dispatch(t, d, b)
		}
		e.steps += kv.updates
		e.left = append(e.left, d.left()...)
		if !kv.dead {
			if err != nil {
				t.Fatalf("step %d, after %v: dispatch at %s: %v", step, after, b.at, err)
			}
			continue
		}
		broke = true
		d = start()
		d.sweep(now) // it reads the mailbox again before it does anything
		if err := d.Plan(t.Context(), now); err != nil {
			t.Fatalf("step %d, after %v: plan at %s, started anew: %v", step, after, b.at, err)
		}
		if err := p.dispatch(t, d, b); err != nil {
			t.Fatalf("step %d, after %v: dispatch at %s, started anew: %v", step, after, b.at, err)
		}
		e.left = append(e.left, d.left()...)
	}
	slices.Sort(e.left)
	e.read(t, d)
	return e
}

// dispatch sends what a beat left due, unless letters are held back.
func (p play) dispatch(t *testing.T, d *desk, b beat) error {
	if slices.Contains(p.held, b.at) {
		return nil
	}
	return d.Dispatch(t.Context(), clock(b.at))
}

// read notes what the records keep: what became of proposals, rectifications, exemptions and
// replaced summaries, and which copies are in doubt.
func (e *ending) read(t *testing.T, d *desk) {
	t.Helper()
	err := d.store.View(t.Context(), func(r *state.Records) error {
		proposals, err := r.Proposals("")
		if err != nil {
			return err
		}
		for _, q := range proposals {
			if q.Kind == state.ProposalAddition {
				e.kept += numbered(t, q)
			}
			e.kept += fmt.Sprintf("%s answer %q done %v closed %v %s\n", q.Key, q.Answer, !q.Done.IsZero(), !q.Closed.IsZero(), q.Outcome)
		}
		owed, err := r.Rectifications()
		if err != nil {
			return err
		}
		for _, o := range owed {
			e.kept += fmt.Sprintf("rectify %s %s %q by %s\n", o.Circular, o.Dept, o.What, o.Due)
		}
		for w := week38.Add(-3); w != week38.Add(5); w = w.Add(1) {
			told, err := r.Told(w)
			if err != nil {
				return err
			}
			digest, err := r.Digest(w)
			if err != nil {
				return err
			}
			if digest != nil {
				e.kept += fmt.Sprintf("%s told, %s this week, to be told again %v\n", w, digest.Overall.Week.Wan(), told != nil)
			}
			letters, err := r.LettersOf(w)
			if err != nil {
				return err
			}
			for _, l := range letters {
				for _, to := range l.Deliveries {
					if to.Phase == state.PhaseDoubtful {
						e.doubted[l.Key+" "+strings.TrimSuffix(to.To, "@lanchuan.example")] = true
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// survives breaks every durable step of the play, before and after it took effect. What is
// left in the end is what the undisturbed play leaves: every letter once, none besides; but a
// copy on its way in that moment is in doubt, is shown to the office and never sent again.
func (p play) survives(t *testing.T) {
	t.Helper()
	calm := p.perform(t, 0, false)
	for _, key := range p.must {
		if !slices.Contains(calm.left, key) {
			t.Errorf("undisturbed, %s did not leave: %q", key, calm.left)
		}
	}
	for i, l := range calm.left {
		if slices.ContainsFunc(p.never, func(key string) bool { return strings.HasPrefix(l, key) }) {
			t.Errorf("undisturbed, %s left", l)
		}
		if i > 0 && l == calm.left[i-1] {
			t.Errorf("undisturbed, %s left twice", l)
		}
	}
	if calm.steps < p.steps {
		t.Errorf("only %d durable steps: %q", calm.steps, calm.left)
	}
	for step := 1; step <= calm.steps; step++ {
		for _, after := range []bool{false, true} {
			got := p.perform(t, step, after)
			name := fmt.Sprintf("step %d of %d, after it took effect %v", step, calm.steps, after)
			for _, l := range calm.left {
				switch n := times(got.left, l); {
				case n > 1:
					t.Errorf("%s: %s left %d times", name, l, n)
				case n == 0 && !got.doubted[l]:
					t.Errorf("%s: %s is lost", name, l)
				}
			}
			for _, l := range got.left {
				if !slices.Contains(calm.left, l) && !strings.Contains(l, "/doubtful-") {
					t.Errorf("%s: %s left, and would not have", name, l)
				}
			}
			if got.kept != calm.kept {
				t.Errorf("%s: the records keep\n%sundisturbed\n%s", name, got.kept, calm.kept)
			}
			if t.Failed() {
				return // one broken step tells enough
			}
		}
	}
}

func times(list []string, what string) (n int) {
	for _, l := range list {
		if l == what {
			n++
		}
	}
	return n
}

// decides is the office's word on a proposal.
func decides(key string, answer state.Answer, at string) func(*state.Records) error {
	return func(r *state.Records) error {
		return r.Decide(key, state.Decided{Answer: answer, By: "张三", Reason: "已核", At: clock(at)})
	}
}

// figures are what a department reports of a project in week 38: 万元 of the week.
func figures(dept, mail, project string, week int64, at time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		if err := reported(dept, mail, at, state.DecisionAccept, state.Accepted)(r); err != nil {
			return err
		}
		d, err := r.DeptWeek(week38, dept)
		if err != nil {
			return err
		}
		d.Rows = []state.Counted{{Project: project, Mail: mail, Received: at, Week: state.Fen(week) * state.Wan, YTD: state.Fen(week) * state.Wan}}
		return r.PutDeptWeek(*d)
	}
}

// twoProjects gives each of the two departments a project that L01 leads.
func twoProjects(d *desk) {
	d.Composer.Roster.Projects = []state.Project{
		{ID: "P1", Name: "一号桥", Dept: "D01", LeadLeader: "L01", Class: state.ClassContinuing, YearPlan: 1000 * state.Wan},
		{ID: "P2", Name: "二号桥", Dept: "D02", LeadLeader: "L01", Class: state.ClassContinuing, YearPlan: 1000 * state.Wan},
	}
}

// numbered is the number a project is to have that the office was asked about.
func numbered(t *testing.T, q state.Proposal) string {
	t.Helper()
	var a state.Addition
	if err := json.Unmarshal(q.Body, &a); err != nil {
		t.Fatal(err)
	}
	return a.ID + " "
}
