package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// plainPages stands for the templates: planning does not depend on words.
type plainPages struct{ broken string }

func (p plainPages) Render(name string, _ any) (subject, text, html string, err error) {
	if name == p.broken {
		return "", "", "", errors.New("page is broken")
	}
	return "【" + name + "】", name + "\n", "<p>" + name + "</p>\n", nil
}

func (p plainPages) Say(name string, _ any) ([]string, error) {
	return []string{"【" + name + "】", name}, nil
}

// desk is an office: store, planner and dispatcher on one disk, and what the mailbox would
// have brought.
type desk struct {
	t *testing.T
	*post
	*notify.Planner
	files *blobs.Store
}

func newDesk(t *testing.T, kv state.KV, files *blobs.Store) *desk {
	t.Helper()
	p := newPost(t, kv)
	p.Blob = files.Get
	// The year's plan was told long ago: these tests are of the week.
	err := p.store.Update(t.Context(), func(r *state.Records) error {
		return r.PutToldPlan(state.ToldPlan{YearPlan: weekly().Plan(week38.Year), Round: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, p, &notify.Planner{
		Store: p.store, Keep: files.PutAll, Log: slog.New(slog.DiscardHandler),
		Composer: &notify.Composer{
			Office: office, Domain: "lanchuan.example", Pages: plainPages{}, Schedule: weekly(), Form: &state.Form{}, Blob: files.Get,
			Roster: &state.Roster{
				Depts: []state.Dept{
					{ID: "D01", Short: "发改局", Reports: true, Mail: "fgtj@lanchuan.example", HeadMail: "fgtj-head@lanchuan.example"},
					{ID: "D02", Short: "商务局", Reports: true, Mail: "swj@lanchuan.example", HeadMail: "swj-head@lanchuan.example"},
				},
				Leaders: []state.Leader{{ID: "L01", Name: "某", Mail: "ld1@lanchuan.example"}, {ID: "L02", Name: "某", Mail: "ld2@lanchuan.example"}},
			},
		},
	}, files}
}

// sweep records a complete poll at now, with what it found.
func (d *desk) sweep(now time.Time, found ...func(*state.Records) error) {
	d.t.Helper()
	err := d.store.Update(context.Background(), func(r *state.Records) error {
		for _, f := range found {
			if err := f(r); err != nil {
				return err
			}
		}
		return r.PutSweep(now)
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// tick is one beat: the mailbox was read, then plan and dispatch.
func (d *desk) tick(now time.Time, found ...func(*state.Records) error) {
	d.t.Helper()
	d.sweep(now, found...)
	if err := d.Plan(d.t.Context(), now); err != nil {
		d.t.Errorf("plan at %s: %v", now, err)
	}
	d.dispatch(now)
}

// left lists the keys of what was accepted by the server, with the address.
func (d *desk) left() []string {
	d.t.Helper()
	var out []string
	for _, s := range d.bag.sent {
		to, raw, _ := strings.Cut(s, " ")
		m := parse(d.t, []byte(raw))
		out = append(out, m.Header.Get("X-Duban-Key")+" "+strings.TrimSuffix(to, "@lanchuan.example"))
	}
	d.bag.sent = nil
	return out
}

func (d *desk) want(what string, want ...string) {
	d.t.Helper()
	got := d.left()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		d.t.Errorf("%s: %q left, want %q", what, got, want)
	}
}

// reported is a mail of a department and its department-week after it.
func reported(dept, id string, at time.Time, decision state.Decision, st state.DeptState) func(*state.Records) error {
	return func(r *state.Records) error {
		m := state.Mail{ID: id, From: map[string]string{"D01": "fgtj@lanchuan.example", "D02": "swj@lanchuan.example"}[dept], Received: at, MessageID: id + "@x.example", Kind: state.MailSubmission, Decision: decision, Dept: dept, Week: week38}
		if err := r.PutMail(m); err != nil {
			return err
		}
		d, err := r.DeptWeek(week38, dept)
		if err != nil {
			return err
		}
		if d == nil {
			d = &state.DeptWeek{Week: week38, Dept: dept, First: at}
		}
		d.State = st
		d.Tries = append(d.Tries, state.Try{Mail: id, MessageID: m.MessageID, Received: at, From: m.From, Decision: decision})
		return r.PutDeptWeek(*d)
	}
}

func clock(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestAWeekOfLetters(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-16 09:00"))
	d.want("a quiet Wednesday")
	d.tick(clock("09-17 10:00"), reported("D01", "m1", clock("09-17 09:58"), state.DecisionCorrect, state.Correcting))
	d.want("inside the settle window")
	d.tick(clock("09-17 10:10"))
	d.want("one letter of correction", "correction/2026-W38/D01/1 fgtj")
	d.tick(clock("09-17 15:01"))
	d.want("the day before: who owes and has no letter to work on", "due/2026-W38/D02/1 swj")
	d.tick(clock("09-18 10:30"), reported("D01", "m2", clock("09-18 10:15"), state.DecisionAccept, state.Accepted))
	d.want("the corrected version is confirmed", "receipt/2026-W38/D01/1 fgtj")
	d.tick(clock("09-18 16:00"))
	d.want("two hours before", "due/2026-W38/D02/2 swj")
	d.tick(clock("09-18 18:12"))
	d.want("after the deadline", "late/2026-W38/D02/1 swj")
	d.tick(clock("09-18 18:14"))
	d.want("once")
	// The machine is down all weekend.
	d.tick(clock("09-21 08:31"))
	d.want("Monday's summary, whose preview is past", "summary/2026-W38/leaders ld1", "summary/2026-W38/leaders ld2")
	d.tick(clock("09-21 12:05"))
	d.want("the last step of the ladder only", "late/2026-W38/D02/3 swj", "late/2026-W38/D02/3 swj-head")
	d.tick(clock("09-21 12:40"), reported("D02", "m3", clock("09-21 12:20"), state.DecisionAccept, state.Accepted))
	d.want("late, and thanked all the same", "receipt/2026-W38/D02/1 swj")
	for now := clock("09-21 12:42"); now.Before(clock("09-24 14:00")); now = now.Add(47 * time.Minute) {
		d.tick(now)
	}
	d.want("nothing more of that week than that its head hears of it too", "lateok/2026-W38/D02 swj", "lateok/2026-W38/D02 swj-head")
}

func TestSummaryAndFrozenDigestAreOne(t *testing.T) {
	disk, files := memkv.New(), blobs.Memory()
	newDesk(t, disk, files).sweep(clock("09-16 09:00"))
	for _, after := range []bool{false, true} {
		for at := 1; at < 4; at++ {
			kv := &brittle{KV: memkv.New()}
			d := newDesk(t, kv, files)
			d.tick(clock("09-16 09:00"))
			now := clock("09-21 08:31")
			d.sweep(now)
			kv.updates, kv.at, kv.after = 0, at, after
			_ = d.Plan(t.Context(), now)
			kv.dead, kv.at = false, 0
			check := func() (queued, frozen bool) {
				err := d.store.View(t.Context(), func(r *state.Records) error {
					l, err := r.Letter("summary/2026-W38/leaders")
					if err != nil {
						return err
					}
					queued = l != nil
					frozen, err = r.Frozen(week38)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return queued, frozen
			}
			if queued, frozen := check(); queued != frozen {
				t.Errorf("broken at %d (after %v): queued %v, frozen %v", at, after, queued, frozen)
			}
			d.tick(now.Add(2 * time.Minute))
			if queued, frozen := check(); !queued || !frozen {
				t.Errorf("broken at %d (after %v): afterwards queued %v, frozen %v", at, after, queued, frozen)
			}
			got := d.left()
			n := 0
			for _, l := range got {
				if strings.HasPrefix(l, "summary/") {
					n++
				}
			}
			if n != 2 {
				t.Errorf("broken at %d (after %v): %q left, want the summary to two leaders once", at, after, got)
			}
		}
	}
}

func TestNothingIsPlannedBeforeAnythingIsKnown(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	if err := d.Plan(t.Context(), clock("09-18 18:30")); err != nil {
		t.Error(err)
	}
	d.dispatch(clock("09-18 18:30"))
	d.want("no poll yet")
	d.sweep(clock("09-18 18:30"))
	if err := d.Plan(t.Context(), clock("09-18 17:00")); err == nil {
		t.Error("a clock behind the last poll is not told")
	}
	d.want("a clock that runs backwards")
}

// Whoever installs duban in autumn gets no letters about mail of the summer.
func TestFirstStartLooksAtNoClosedWeek(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-22 10:00"), reported("D01", "old", clock("09-18 10:00"), state.DecisionCorrect, state.Correcting))
	d.want("W38 was closed when duban began")
}

func TestOneBrokenLetterHoldsUpNoOther(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.Composer.Pages = plainPages{broken: "correction"}
	d.sweep(
		clock("09-17 10:00"),
		reported("D01", "m1", clock("09-17 09:00"), state.DecisionCorrect, state.Correcting),
		reported("D02", "m2", clock("09-17 09:00"), state.DecisionAccept, state.Accepted),
	)
	if err := d.Plan(t.Context(), clock("09-17 10:00")); err == nil || !strings.Contains(err.Error(), "correction of 2026-W38 D01") {
		t.Errorf("%v, want the broken letter named", err)
	}
	d.dispatch(clock("09-17 10:00"))
	d.want("the other one", "receipt/2026-W38/D02/1 swj")
	d.Composer.Pages = plainPages{}
	d.tick(clock("09-17 10:02"))
	d.want("mended", "correction/2026-W38/D01/1 fgtj")
}

func TestMissedSummariesFreezeInOrderAndOnlyTheLastIsSent(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-16 09:00"))
	d.left()
	d.tick(clock("10-12 08:40")) // W38, W39, W40 were missed; W41 is due now
	var summaries []string
	for _, l := range d.left() {
		if strings.HasPrefix(l, "summary/") {
			summaries = append(summaries, l)
		}
	}
	if want := []string{"summary/2026-W41/leaders ld1", "summary/2026-W41/leaders ld2"}; !slices.Equal(summaries, want) {
		t.Errorf("%q left, want %q", summaries, want)
	}
	err := d.store.View(t.Context(), func(r *state.Records) error {
		for w := week38; w.Before(week38.Add(4)); w = w.Add(1) {
			if frozen, err := r.Frozen(w); err != nil || !frozen {
				t.Errorf("%s frozen: %v, %v", w, frozen, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOfficeHearsOfStrangersBouncesAndTroubleOnce(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	now := clock("09-17 09:00")
	for i := range d.Composer.Roster.Depts {
		d.Composer.Roster.Depts[i].Reports = false // no reminders here
	}
	d.tick(now)
	mail := func(id string, change func(*state.Mail)) func(*state.Records) error {
		m := state.Mail{ID: id + "000000000000", From: "stranger@evil.example", Received: now, Kind: state.MailUnknown, Decision: state.DecisionQuarantine, Week: week38}
		if change != nil {
			change(&m)
		}
		return func(r *state.Records) error { return r.PutMail(m) }
	}
	d.tick(now, mail("a", nil), mail("b", nil), mail("c", func(m *state.Mail) { m.From = "other@evil.example" }))
	if got := d.left(); len(got) != 2 {
		t.Errorf("%q left, want one notice per stranger", got)
	}
	d.tick(now.Add(time.Hour), mail("d", nil), mail("a", nil))
	d.want("the same strangers, the same day")
	d.tick(now.Add(24*time.Hour), mail("e", nil))
	d.want("the next day", "notice/2026-W38/unknown-e00000000000 zdxmb")
	d.tick(now.Add(24*time.Hour), mail("old", func(m *state.Mail) { m.Received = now.Add(-30 * 24 * time.Hour); m.From = "x@y.example" }))
	d.want("a rescan's old mail")

	d.bag.answer = func(to string, n int) error { return map[string]error{"swj@lanchuan.example": unclear}[to] }
	sum, err := d.files.Put(mustRender(t, aDraft()))
	if err != nil {
		t.Fatal(err)
	}
	for dept, to := range map[string]string{"D02": "swj@lanchuan.example", "D01": "fgtj@lanchuan.example"} {
		l := letter(state.TopicLate, dept, to)
		l.Blob = sum
		d.enqueue(l)
	}
	_ = d.Dispatch(t.Context(), now.Add(24*time.Hour)) // tells of the silent server
	d.bag.answer = nil
	d.dispatch(now.Add(24 * time.Hour))
	d.left()
	d.tick(now.Add(25 * time.Hour))
	if got := d.left(); len(got) != 1 || !strings.HasPrefix(got[0], "notice/2026-W38/doubtful-") {
		t.Errorf("%q left, want a notice of the letter in doubt", got)
	}
	own := func(id string) func(r *state.Records) error {
		return mail(id, func(m *state.Mail) {
			m.Kind, m.Decision, m.LetterID, m.MessageID = state.MailOwn, "", "late/2026-W38/D02/1", id
		})
	}
	d.tick(now.Add(26*time.Hour), own("anothers@city.example"))
	if got := d.deliveries("late/2026-W38/D02/1")[0]; got.Phase != state.PhaseDoubtful {
		t.Errorf("%+v: another office's letter of the same name settled the doubt", got)
	}
	d.tick(now.Add(26*time.Hour), own(letter(state.TopicLate, "D02", "").MessageID))
	d.want("our own copy settles it silently")
	if got := d.deliveries("late/2026-W38/D02/1")[0]; got.Phase != state.PhaseSent {
		t.Errorf("%+v, want sent", got)
	}
	bounce := mail("bounce", func(m *state.Mail) {
		m.Kind, m.Decision, m.LetterID, m.Failed = state.MailBounce, state.DecisionIgnore, "late/2026-W38/D01/1", "FGTJ@lanchuan.example"
	})
	d.tick(now.Add(27*time.Hour), bounce)
	d.want("a bounce", "notice/2026-W38/bounce-75ef5196bddd zdxmb")
	if got := d.deliveries("late/2026-W38/D01/1")[0]; got.Phase != state.PhaseFailed {
		t.Errorf("%+v, want failed", got)
	}
}

// With several recipients the copy seen may be the one of another.
func TestOwnCopySettlesNoDoubtAmongSeveral(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	l := letter(state.TopicSummary, "", "a@lanchuan.example", "b@lanchuan.example")
	l.Deliveries[0].Phase, l.Deliveries[1].Phase = state.PhaseSent, state.PhaseDoubtful
	d.enqueue(l)
	now := clock("09-17 09:00")
	d.tick(now, func(r *state.Records) error {
		return r.PutMail(state.Mail{ID: "own", Received: now, Kind: state.MailOwn, LetterID: l.Key, MessageID: l.MessageID})
	})
	if got := d.deliveries(l.Key)[1]; got.Phase != state.PhaseDoubtful {
		t.Errorf("%+v, want it still in doubt", got)
	}
}

// A notice the server refuses must not cause the next notice.
func TestTroubleWithNoticesCausesNone(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	now := clock("09-17 09:00")
	d.bag.answer = func(string, int) error { return unknown }
	d.tick(now, func(r *state.Records) error {
		return r.PutMail(state.Mail{ID: "abcdefabcdefabcdef", From: "a@b.example", Received: now, Kind: state.MailUnknown, Decision: state.DecisionQuarantine})
	})
	for i := range 10 {
		d.tick(now.Add(time.Duration(i) * time.Minute))
	}
	if d.bag.asked[us] != 1 {
		t.Errorf("%d notices about one mail", d.bag.asked[us])
	}
}

// Break every durable step of planning and sending a faulty report's answer; whatever
// happens, the department gets one letter.
func TestEveryCrashOfPlanningStillGivesOneLetter(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; at <= 6; at++ {
			disk, files := memkv.New(), blobs.Memory()
			now := clock("09-17 10:00")
			newDesk(t, disk, files).sweep(now, reported("D01", "m1", clock("09-17 09:00"), state.DecisionCorrect, state.Correcting))
			kv := &brittle{KV: disk}
			doomed := newDesk(t, kv, files)
			kv.updates, kv.at, kv.after = 0, at, after
			_ = doomed.Plan(t.Context(), now)
			_ = doomed.Dispatch(t.Context(), now)
			reborn := newDesk(t, disk, files)
			for i := range 3 {
				reborn.tick(now.Add(time.Duration(2*i) * time.Minute))
			}
			got := append(doomed.left(), reborn.left()...)
			name := fmt.Sprintf("broken at %d, after %v: %q", at, after, got)
			doubtful := reborn.deliveries("correction/2026-W38/D01/1")[0].Phase == state.PhaseDoubtful
			letters := slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "notice/") })
			if len(letters) > 1 || len(letters) == 0 && !doubtful {
				t.Error(name)
			}
		}
	}
}
