package notify_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"duban/notify"
	"duban/state"
	"duban/state/memkv"
)

// postbag is a Sender that notes what it was given and answers as a test wants.
type postbag struct {
	answer  func(to string, n int) error // n counts the attempts for to, from 1; nil accepts
	sent    []string                     // accepted: "address body"
	asked   map[string]int
	hangups int
}

func (p *postbag) Send(_ context.Context, _, to string, raw []byte) error {
	if p.asked == nil {
		p.asked = map[string]int{}
	}
	p.asked[to]++
	if p.answer != nil {
		if err := p.answer(to, p.asked[to]); err != nil {
			return err
		}
	}
	p.sent = append(p.sent, to+" "+string(raw))
	return nil
}

func (p *postbag) Hangup() { p.hangups++ }

var (
	week38 = state.Week{Year: 2026, No: 38}
	noon   = time.Date(2026, 9, 18, 12, 0, 0, 0, zone)

	greylisted = &notify.SendError{Verdict: notify.Temporary, Step: "rcpt", Err: errors.New("451 try again")}
	unknown    = &notify.SendError{Verdict: notify.Permanent, Step: "rcpt", Err: errors.New("550 no such user")}
	unclear    = &notify.SendError{Verdict: notify.Doubtful, Step: "dot", Session: true, Err: errors.New("EOF")}
	down       = &notify.SendError{Verdict: notify.Temporary, Step: "connect", Session: true, Err: errors.New("refused")}
)

// post is an outbox with its dispatcher. The body of a letter is its key.
type post struct {
	t     *testing.T
	store *state.Store
	bag   *postbag
	*notify.Dispatcher
}

func newPost(t *testing.T, kv state.KV) *post {
	t.Helper()
	store, err := state.NewStore(t.Context(), kv)
	if err != nil {
		t.Fatal(err)
	}
	allow, err := notify.NewAllow([]string{"lanchuan.example"})
	if err != nil {
		t.Fatal(err)
	}
	bag := &postbag{}
	return &post{t, store, bag, &notify.Dispatcher{
		Outgoing: notify.Outgoing{From: us, Allow: allow},
		Store:    store, Schedule: weekly(), Sender: bag, Log: slog.New(slog.DiscardHandler),
		Blob: func(sum string) ([]byte, error) { return []byte(sum), nil },
	}}
}

// weekly is the schedule of the contract's example, on a calendar of weekends only.
func weekly() *state.Schedule {
	cal := state.NewCalendar()
	cal.SetOfficial(2026)
	return &state.Schedule{
		Zone: zone, Calendar: cal, Weekday: time.Friday, At: state.Clock{Hour: 18}, Grace: 10 * time.Minute, Settle: 10 * time.Minute,
		Reminders: []state.Step{
			{Before: true, Workdays: 1, At: state.Clock{Hour: 15}},
			{Before: true, Delay: 2 * time.Hour},
			{Delay: 10 * time.Minute},
			{Workdays: 1, At: state.Clock{Hour: 9}},
			{Workdays: 1, At: state.Clock{Hour: 12}, Head: true},
		},
		Resubmit:  state.Moment{Workdays: 1, At: state.Clock{Hour: 18}},
		Preview:   state.Moment{Workdays: 1, At: state.Clock{Hour: 7, Minute: 30}},
		Summary:   state.Moment{Workdays: 1, At: state.Clock{Hour: 8, Minute: 30}},
		Corrected: state.Moment{Workdays: 1, At: state.Clock{Hour: 18, Minute: 30}},
		QuietFrom: state.Clock{Hour: 20}, QuietTo: state.Clock{Hour: 7, Minute: 30},
	}
}

// letter is one of a kind to a department's addresses, queued at noon.
func letter(kind state.Topic, dept string, to ...string) state.Letter {
	o := state.Occasion{Topic: kind, Week: week38, Target: cmp.Or(dept, "leaders"), Round: 1}
	l := state.Letter{Key: o.Key(), Kind: kind, Week: week38, Dept: dept, MessageID: o.MessageID("x.example"), Blob: o.Key(), QueuedAt: noon}
	for _, addr := range to {
		l.Deliveries = append(l.Deliveries, state.Delivery{To: addr, Phase: state.PhaseQueued})
	}
	return l
}

func (p *post) enqueue(letters ...state.Letter) {
	p.t.Helper()
	err := p.store.Update(context.Background(), func(r *state.Records) error {
		for _, l := range letters {
			if _, err := r.Enqueue(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) dispatch(now time.Time) {
	p.t.Helper()
	if err := p.Dispatch(p.t.Context(), now); err != nil {
		p.t.Errorf("dispatch at %s: %v", now, err)
	}
}

// deliveries of a letter as stored.
func (p *post) deliveries(key string) []state.Delivery {
	p.t.Helper()
	var l *state.Letter
	err := p.store.View(context.Background(), func(r *state.Records) (err error) {
		l, err = r.Letter(key)
		return err
	})
	if err != nil || l == nil {
		p.t.Fatalf("letter %s: %v, %v", key, l, err)
	}
	return l.Deliveries
}

func (p *post) raised() []string {
	p.t.Helper()
	var keys []string
	err := p.store.View(context.Background(), func(r *state.Records) error {
		letters, err := r.AttentionLetters(100)
		for _, l := range letters {
			keys = append(keys, l.Key)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return keys
}

func TestLettersLeaveInTheOrderOfWhoWaits(t *testing.T) {
	p := newPost(t, memkv.New())
	kinds := []state.Topic{state.TopicNotice, state.TopicDue, state.TopicLate, state.TopicSummary, state.TopicReceipt, state.TopicCorrection}
	for _, k := range kinds {
		p.enqueue(letter(k, "D05", them))
	}
	older := letter(state.TopicCorrection, "D09", "wjw@lanchuan.example")
	older.QueuedAt = noon.Add(-time.Hour)
	p.enqueue(older)
	p.dispatch(noon)
	var got []string
	for _, s := range p.bag.sent {
		_, key, _ := strings.Cut(s, " ")
		got = append(got, strings.TrimSuffix(strings.Replace(key, "/2026-W38/", " ", 1), "/1"))
	}
	want := []string{"correction D09", "correction D05", "receipt D05", "summary D05", "late D05", "due D05", "notice D05"}
	if !slices.Equal(got, want) {
		t.Errorf("left in the order %q, want %q", got, want)
	}
	if p.bag.hangups != 1 {
		t.Errorf("hung up %d times", p.bag.hangups)
	}
	p.dispatch(noon.Add(time.Minute))
	if len(p.bag.sent) != len(want) || p.bag.hangups != 1 {
		t.Error("the second call sent or connected again")
	}
}

// On a day on which not all may leave, the queue goes by what people wait for: corrections,
// what is urgent, what departments wait for, leaders, the office's decisions, reminders, and
// last what can wait. What does not fit today leaves first tomorrow, in the same order.
func TestTheDaysLimitIsSpentInTheOrderOfRanks(t *testing.T) {
	ranks := [][]state.Topic{
		{state.TopicCorrection},
		{state.TopicUrgent},
		{state.TopicReceipt, state.TopicFault, state.TopicRequest, state.TopicAnswered},
		{state.TopicSummary, state.TopicEscalation},
		{state.TopicPreview, state.TopicProposal, state.TopicMeeting},
		{state.TopicLate, state.TopicResubmit, state.TopicRequestDue, state.TopicRectify},
		{state.TopicDue, state.TopicCircular, state.TopicLateOK},
		{state.TopicForm, state.TopicStanding, state.TopicVisit, state.TopicPermit, state.TopicScore},
		{state.TopicNotice},
		{state.TopicDaily, state.TopicTerms, state.TopicCalendar},
	}
	p := newPost(t, memkv.New())
	rankOf, all := map[string]int{}, 0
	for n, kinds := range slices.Backward(ranks) { // queued the other way round
		for _, kind := range kinds {
			l := letter(kind, "D05", fmt.Sprintf("a%d@lanchuan.example", all))
			l.QueuedAt = noon.Add(-time.Duration(n) * time.Minute)
			rankOf[l.Key] = n
			all++
			p.enqueue(l)
		}
	}
	const today = 8
	p.Fuse = notify.Fuse{Overall: today}
	if err := p.Dispatch(t.Context(), noon); err == nil {
		t.Error("the limit was reached and nobody says so")
	}
	if len(p.bag.sent) != today {
		t.Errorf("%d letters left, want %d", len(p.bag.sent), today)
	}
	p.dispatch(noon.Add(24*time.Hour + time.Minute))
	p.Fuse = notify.Fuse{}
	p.dispatch(noon.Add(24*time.Hour + 2*time.Minute))
	if len(p.bag.sent) != all {
		t.Errorf("in the end %d letters left, want %d", len(p.bag.sent), all)
	}
	last := 0
	for _, s := range p.bag.sent {
		_, key, _ := strings.Cut(s, " ")
		if rankOf[key] < last {
			t.Errorf("%s left behind letters of less rank: %q", key, p.bag.sent)
		}
		last = rankOf[key]
	}
}

func TestOneRefusedAddressCostsNobodyElseTheLetter(t *testing.T) {
	p := newPost(t, memkv.New())
	p.enqueue(letter(state.TopicSummary, "", "a@lanchuan.example", "gone@lanchuan.example", "slow@lanchuan.example", "b@lanchuan.example"))
	p.bag.answer = func(to string, _ int) error {
		return map[string]error{"gone@lanchuan.example": unknown, "slow@lanchuan.example": greylisted}[to]
	}
	p.dispatch(noon)
	got := p.deliveries("summary/2026-W38/leaders/1")
	want := []state.Delivery{
		{To: "a@lanchuan.example", Phase: state.PhaseSent, Attempts: 1, SentAt: noon},
		{To: "gone@lanchuan.example", Phase: state.PhaseFailed, Attempts: 1, Error: "rcpt: 550 no such user"},
		{To: "slow@lanchuan.example", Phase: state.PhaseQueued, Attempts: 1, Next: noon.Add(2 * time.Minute), Error: "rcpt: 451 try again"},
		{To: "b@lanchuan.example", Phase: state.PhaseSent, Attempts: 1, SentAt: noon},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	if raised := p.raised(); len(raised) != 1 {
		t.Errorf("raised %q", raised)
	}
}

func TestTemporaryRefusalsAreTriedAgainEverMoreSlowlyForThreeDays(t *testing.T) {
	p := newPost(t, memkv.New())
	l := letter(state.TopicPreview, "", us)
	p.enqueue(l)
	p.bag.answer = func(string, int) error { return greylisted }
	var waits []time.Duration
	last, now := noon, noon
	for p.deliveries(l.Key)[0].Phase != state.PhaseFailed && len(waits) < 100 {
		if n := p.bag.asked[us]; n > 0 {
			p.dispatch(now.Add(-time.Minute)) // not a minute early
			if p.bag.asked[us] != n {
				t.Fatalf("attempt %d came early", n+1)
			}
		}
		p.dispatch(now)
		waits, last = append(waits, now.Sub(last)), now
		now = p.deliveries(l.Key)[0].Next
	}
	attempts := p.bag.asked[us]
	h := time.Hour
	want := []time.Duration{0, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * h}
	for len(want) < attempts {
		want = append(want, 4*h)
	}
	if !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
	if span := last.Sub(noon); span < 66*h || span > 78*h {
		t.Errorf("given up after %v, want about three days", span)
	}
	if d := p.deliveries(l.Key)[0]; d.Phase != state.PhaseFailed || !strings.HasPrefix(d.Error, "given up after 22 attempts") {
		t.Errorf("%+v", d)
	}
}

func TestDoubtIsShownAndNeverTriedAgain(t *testing.T) {
	p := newPost(t, memkv.New())
	l := letter(state.TopicCorrection, "D05", them)
	p.enqueue(l)
	p.bag.answer = func(_ string, n int) error { return map[int]error{1: unclear}[n] }
	if err := p.Dispatch(t.Context(), noon); err == nil {
		t.Error("a server that goes silent is not told")
	}
	for i := range 10 {
		p.dispatch(noon.Add(time.Duration(i) * time.Hour))
	}
	if d := p.deliveries(l.Key)[0]; d.Phase != state.PhaseDoubtful || p.bag.asked[them] != 1 {
		t.Errorf("%+v after %d attempts", d, p.bag.asked[them])
	}
	if raised := p.raised(); !slices.Equal(raised, []string{l.Key}) {
		t.Errorf("raised %q", raised)
	}
	if err := notify.Resend(t.Context(), p.store, l.Key); err != nil {
		t.Fatal(err)
	}
	p.dispatch(noon.Add(20 * time.Minute))
	if d := p.deliveries(l.Key)[0]; d.Phase != state.PhaseSent || p.bag.asked[them] != 2 {
		t.Errorf("after the office's decision: %+v", d)
	}
}

func TestServerOutOfReachCostsOneAttemptOfOneLetter(t *testing.T) {
	p := newPost(t, memkv.New())
	for i := range 20 {
		p.enqueue(letter(state.TopicLate, fmt.Sprintf("D%02d", i), fmt.Sprintf("d%02d@lanchuan.example", i)))
	}
	p.bag.answer = func(string, int) error { return down }
	if err := p.Dispatch(t.Context(), noon); err == nil || !strings.Contains(err.Error(), "mail server") {
		t.Errorf("%v", err)
	}
	if len(p.bag.asked) != 1 {
		t.Errorf("%d letters were tried on a server that is out of reach", len(p.bag.asked))
	}
}

// After an outage of the server, however long, all that waited leaves at once, what is most waited
// for first: the letters that were tried in it are not behind the others, nor given up.
func TestNoLetterPaysForAServerOutOfOrder(t *testing.T) {
	for _, trouble := range []*notify.SendError{down, {Step: "login", Session: true, Err: errors.New("535 no")}, {Step: "mail", Session: true, Err: errors.New("421 later")}} {
		p := newPost(t, memkv.New())
		p.enqueue(letter(state.TopicCorrection, "D05", "a@lanchuan.example"), letter(state.TopicLate, "D06", "b@lanchuan.example"))
		p.bag.answer = func(string, int) error { return trouble }
		for now := noon; now.Before(noon.Add(5 * 24 * time.Hour)); now = now.Add(30 * time.Minute) {
			_ = p.Dispatch(t.Context(), now) // it says so, as above
		}
		p.bag.answer = nil
		p.dispatch(noon.Add(5 * 24 * time.Hour))
		if len(p.bag.sent) != 2 || !strings.HasPrefix(p.bag.sent[0], "a@") {
			t.Errorf("%v: when it was over %q left, want both, the correction first", trouble, p.bag.sent)
		}
	}
	// What a server says to a letter of its own, or a connection lost over one, is another matter:
	// the next may fare better.
	p := newPost(t, memkv.New())
	p.enqueue(letter(state.TopicCorrection, "D05", "a@lanchuan.example"), letter(state.TopicLate, "D06", "b@lanchuan.example"))
	p.bag.answer = func(to string, _ int) error {
		if to == "a@lanchuan.example" {
			return &notify.SendError{Step: "body", Session: true, Err: errors.New("EOF")}
		}
		return nil
	}
	_ = p.Dispatch(t.Context(), noon)
	p.dispatch(noon.Add(time.Minute))
	if len(p.bag.sent) != 1 {
		t.Errorf("%q left: a letter the server cannot bear holds up the others", p.bag.sent)
	}
}

func TestNothingLeavesForAnAddressOutsideTheList(t *testing.T) {
	p := newPost(t, memkv.New())
	canary := "canary@lanchuan.example.evil.example"
	p.enqueue(letter(state.TopicReceipt, "D05", canary, them, "x@lanchuan.example\r\nRCPT TO:<"+canary+">"))
	for i := range 5 {
		p.dispatch(noon.Add(time.Duration(i) * time.Hour))
	}
	if len(p.bag.asked) != 1 || p.bag.asked[them] != 1 {
		t.Errorf("the server was asked for %v", p.bag.asked)
	}
	for i, want := range []state.Phase{state.PhaseFailed, state.PhaseSent, state.PhaseFailed} {
		if d := p.deliveries("receipt/2026-W38/D05/1")[i]; d.Phase != want {
			t.Errorf("%+v, want %s", d, want)
		}
	}
	if len(p.raised()) != 1 {
		t.Error("the office does not hear of it")
	}
}

func TestDepartmentsSleepAndTheOfficeDoesNot(t *testing.T) {
	p := newPost(t, memkv.New())
	held := letter(state.TopicReceipt, "D09", "wjw@lanchuan.example")
	held.NotBefore = noon.Add(48 * time.Hour)
	p.enqueue(letter(state.TopicReceipt, "D05", them), letter(state.TopicSummary, "", us), held)
	night := time.Date(2026, 9, 18, 23, 0, 0, 0, zone)
	p.dispatch(night)
	if len(p.bag.sent) != 1 || !strings.HasPrefix(p.bag.sent[0], us) {
		t.Errorf("at night %q left", p.bag.sent)
	}
	p.dispatch(time.Date(2026, 9, 19, 7, 30, 0, 0, zone))
	if len(p.bag.sent) != 2 {
		t.Errorf("in the morning %q have left", p.bag.sent)
	}
	p.dispatch(noon.Add(48 * time.Hour))
	if len(p.bag.sent) != 3 {
		t.Errorf("at its time %q have left", p.bag.sent)
	}
}

func TestFuseHoldsAFloodAndIsToldOnce(t *testing.T) {
	p := newPost(t, memkv.New())
	p.Fuse = notify.Fuse{PerAddress: 3, Overall: 7}
	round := func(i int, to string) state.Letter {
		l := letter(state.TopicReceipt, fmt.Sprintf("D%03d", i), to)
		return l
	}
	for i := range 10 {
		p.enqueue(round(i, them))
	}
	for i := range 10 {
		p.enqueue(round(100+i, fmt.Sprintf("x%d@lanchuan.example", i)))
	}
	var fuse *notify.FuseError
	if err := p.Dispatch(t.Context(), noon); !errors.As(err, &fuse) || fuse.Address != "" {
		t.Errorf("%v, want the fuse", err)
	}
	if p.bag.asked[them] != 3 || len(p.bag.sent) != 7 {
		t.Errorf("%d to one address, %d in all; want 3 and 7", p.bag.asked[them], len(p.bag.sent))
	}
	p.dispatch(noon.Add(time.Hour)) // told already
	if p.Tripped() == nil || len(p.bag.sent) != 7 {
		t.Errorf("tripped %v after %d letters", p.Tripped(), len(p.bag.sent))
	}
	again := newPost(t, memkv.New()) // a restart does not reset it
	again.Dispatcher = &notify.Dispatcher{Outgoing: p.Outgoing, Store: p.store, Schedule: p.Schedule, Sender: again.bag, Log: p.Log, Blob: p.Blob}
	_ = again.Dispatch(t.Context(), noon.Add(2*time.Hour))
	if len(again.bag.sent) != 0 {
		t.Errorf("after a restart %q left", again.bag.sent)
	}
	if err := p.Dispatch(t.Context(), noon.Add(25*time.Hour)); err != nil {
		t.Errorf("the next day: %v", err)
	}
	if len(p.bag.sent) != 14 {
		t.Errorf("the next day %d letters have left in all, want 14", len(p.bag.sent))
	}
}

func TestPaceLiesBetweenLettersAndStopsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t, memkv.New())
		p.Pace = 10 * time.Second
		for i := range 30 {
			p.enqueue(letter(state.TopicLate, fmt.Sprintf("D%02d", i), fmt.Sprintf("d%02d@lanchuan.example", i)))
		}
		start := time.Now()
		p.dispatch(noon)
		if took := time.Since(start); len(p.bag.sent) != 12 || took != 110*time.Second {
			t.Errorf("%d letters in %v, want 12 in 1m50s: a call paces two minutes at most", len(p.bag.sent), took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		start = time.Now()
		if err := p.Dispatch(ctx, noon); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); len(p.bag.sent) != 15 || took != 25*time.Second {
			t.Errorf("stopped after %v with %d letters", took, len(p.bag.sent))
		}
	})
}

func TestBeingStoppedCostsNoAttempt(t *testing.T) {
	p := newPost(t, memkv.New())
	l := letter(state.TopicReceipt, "D05", them)
	p.enqueue(l)
	ctx, cancel := context.WithCancel(t.Context())
	p.bag.answer = func(string, int) error {
		cancel()
		return &notify.SendError{Step: "data", Session: true, Err: context.Canceled}
	}
	if err := p.Dispatch(ctx, noon); err != nil {
		t.Errorf("%v", err)
	}
	if diff := gocmp.Diff(l.Deliveries, p.deliveries(l.Key)); diff != "" {
		t.Errorf("not as it was queued (-want +got):\n%s", diff)
	}
	p.bag.answer = nil
	p.dispatch(noon)
	if len(p.bag.sent) != 1 {
		t.Error("it did not leave after the restart")
	}
}

func TestOfficeResendsAndDropsByKey(t *testing.T) {
	p := newPost(t, memkv.New())
	ctx := t.Context()
	l := letter(state.TopicSummary, "", "a@lanchuan.example", "gone@lanchuan.example")
	p.enqueue(l)
	p.bag.answer = func(to string, n int) error {
		if strings.HasPrefix(to, "gone") && n == 1 {
			return unknown
		}
		return nil
	}
	p.dispatch(noon)
	if err := notify.Resend(ctx, p.store, l.Key); err != nil {
		t.Fatal(err)
	}
	p.dispatch(noon.Add(time.Minute))
	if p.bag.asked["a@lanchuan.example"] != 1 || p.bag.asked["gone@lanchuan.example"] != 2 {
		t.Errorf("resent to %v, want only the one that failed", p.bag.asked)
	}
	if !slices.Equal(p.bag.sent, []string{"a@lanchuan.example " + l.Blob, "gone@lanchuan.example " + l.Blob}) {
		t.Errorf("sent %q, want the same bytes", p.bag.sent)
	}
	for name, err := range map[string]error{
		"resend of a sent letter": notify.Resend(ctx, p.store, l.Key), "drop of a sent letter": notify.Drop(ctx, p.store, l.Key),
		"resend of no letter": notify.Resend(ctx, p.store, "late/2026-W38/D99/1"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	waiting := letter(state.TopicLate, "D05", them)
	p.enqueue(waiting)
	if err := notify.Drop(ctx, p.store, waiting.Key); err != nil {
		t.Fatal(err)
	}
	p.dispatch(noon.Add(time.Hour))
	if p.bag.asked[them] != 0 || p.deliveries(waiting.Key)[0].Phase != state.PhaseDropped {
		t.Errorf("a dropped letter left")
	}
}

// The dispatcher and the real sender together, on a server with every mood.
func TestOutboxAgainstAMoodyServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &peer{}
		var to string
		tries := map[string]int{}
		server.answer = func(line string) string {
			if addr, ok := strings.CutPrefix(line, "RCPT TO:<"); ok {
				to, _, _ = strings.Cut(addr, "@")
				if tries[to]++; to == "gone" {
					return "550 no such user"
				}
			}
			switch {
			case line == "." && to == "slow" && tries[to] < 3:
				return "451 try again"
			case line == "." && to == "lost":
				return "cut"
			case line == "QUIT" || line == "RSET":
				return "500 what?"
			}
			return agree(line)
		}
		p := newPost(t, memkv.New())
		p.Sender = server.sender(t)
		raw := string(mustRender(t, aDraft()))
		p.Blob = func(string) ([]byte, error) { return []byte(raw), nil }
		names := []string{"gone", "slow", "lost"}
		for i := range 12 {
			names = append(names, fmt.Sprintf("good%d", i))
		}
		for _, n := range names {
			p.enqueue(letter(state.TopicReceipt, "D-"+n, n+"@lanchuan.example"))
		}
		for m := range 60 {
			if err := p.Dispatch(t.Context(), noon.Add(time.Duration(m)*time.Minute)); err != nil && !strings.Contains(err.Error(), "dot: ") {
				t.Error(err)
			}
		}
		for _, n := range names {
			want := map[string]state.Phase{"gone": state.PhaseFailed, "lost": state.PhaseDoubtful}[n]
			if got := p.deliveries("receipt/2026-W38/D-" + n + "/1")[0]; got.Phase != cmp.Or(want, state.PhaseSent) {
				t.Errorf("%s: %+v", n, got)
			}
			if want := map[string]int{"slow": 3}[n]; tries[n] != cmp.Or(want, 1) {
				t.Errorf("%s was tried %d times", n, tries[n])
			}
		}
		for _, b := range server.bodies {
			if b != strings.ReplaceAll(raw, "\r\n.", "\r\n..") {
				t.Error("other bytes than those stored went out")
			}
		}
		if server.got() != 12+3+1 {
			t.Errorf("%d bodies, want 16", server.got())
		}
	})
}
