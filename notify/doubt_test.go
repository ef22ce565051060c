package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/memkv"
)

// shelf is the folder of sent mail as a test wants it: a copy of every letter the postbag took,
// unless it is lost.
type shelf struct {
	post   *post
	extra  []string             // Message-IDs of letters taken although no answer came
	lost   func(id string) bool // copies that never came
	broken error                // the mailbox is out of reach
	looks  int
}

func (s *shelf) filed(context.Context, time.Time) (notify.Copies, error) {
	s.looks++
	if s.broken != nil {
		return nil, s.broken
	}
	c := notify.Copies{}
	for _, sent := range s.post.bag.sent {
		_, key, _ := strings.Cut(sent, " ")
		parts := strings.Split(key, "/")
		id := state.Occasion{Topic: state.Topic(parts[0]), Week: week38, Target: parts[2], Round: 1}.MessageID("lanchuan.example")
		if s.lost == nil || !s.lost(id) {
			c[id] = append(c[id], noon)
		}
	}
	for _, id := range s.extra {
		c[id] = append(c[id], noon.Add(time.Second))
	}
	return c, nil
}

// newShelf is an outbox whose copies are filed, with some letters that left.
func newShelf(t *testing.T, kv state.KV) *shelf {
	t.Helper()
	p := newPost(t, kv)
	s := &shelf{post: p}
	p.Filed = s.filed
	for i := range 4 {
		l := letter(state.TopicForm, fmt.Sprintf("D2%d", i), fmt.Sprintf("d2%d@lanchuan.example", i))
		l.MessageID = messageID(l)
		p.enqueue(l)
	}
	p.dispatch(noon)
	return s
}

func messageID(l state.Letter) string {
	parts := strings.Split(l.Key, "/")
	return state.Occasion{Topic: l.Kind, Week: l.Week, Target: parts[2], Round: 1}.MessageID("lanchuan.example")
}

// inDoubt queues a letter whose answer is lost.
func (s *shelf) inDoubt(kind state.Topic, at time.Time) state.Letter {
	s.post.t.Helper()
	l := letter(kind, "D05", them)
	l.MessageID = messageID(l)
	s.post.enqueue(l)
	s.post.bag.answer = func(string, int) error { return unclear }
	if err := s.post.Dispatch(s.post.t.Context(), at); err == nil {
		s.post.t.Error("an unclear answer is no error")
	}
	s.post.bag.answer = nil
	return l
}

func (s *shelf) phase(l state.Letter) state.Phase { return s.post.deliveries(l.Key)[0].Phase }

// A doubt is settled by the copy once the server had time to file it: found, the letter left;
// missing where all others are, it leaves once more, the same bytes; what readers get waits for
// the office. Nobody is asked before the look.
func TestACopySettlesADoubt(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   state.Topic
		before func(*shelf, *state.Letter)
		want   state.Phase
		again  int // times the letter is handed over after the doubt
		raised bool
	}{
		{"its copy is there", state.TopicCorrection, func(s *shelf, l *state.Letter) { s.extra = []string{l.MessageID} }, state.PhaseSent, 0, false},
		{"its copy is missing", state.TopicCorrection, nil, state.PhaseSent, 1, false},
		{"the leaders' copy is there", state.TopicSummary, func(s *shelf, l *state.Letter) { s.extra = []string{l.MessageID} }, state.PhaseSent, 0, false},
		{"the leaders' copy is missing", state.TopicSummary, nil, state.PhaseDoubtful, 0, true},
		{"the server files no copies", state.TopicCorrection, func(s *shelf, _ *state.Letter) { s.lost = func(string) bool { return true } }, state.PhaseDoubtful, 0, true},
		{"another's copy is missing too", state.TopicCorrection, func(s *shelf, _ *state.Letter) {
			s.lost = func(id string) bool { return strings.Contains(id, "D22") }
		}, state.PhaseDoubtful, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(t, memkv.New())
			at := noon.Add(time.Hour)
			l := s.inDoubt(c.kind, at)
			if c.before != nil {
				c.before(s, &l)
			}
			sent := len(s.post.bag.sent)
			s.post.dispatch(at.Add(5 * time.Minute))
			if s.looks != 0 || len(s.post.raised()) > 0 || s.phase(l) != state.PhaseDoubtful {
				t.Errorf("after five minutes: %d looks, raised %q, %s", s.looks, s.post.raised(), s.phase(l))
			}
			s.post.dispatch(at.Add(16 * time.Minute))
			s.post.dispatch(at.Add(20 * time.Minute))
			s.post.dispatch(at.Add(3 * time.Hour))
			if got := s.phase(l); got != c.want || s.looks != 1 {
				t.Errorf("it is %s after %d looks, want %s after one", got, s.looks, c.want)
			}
			if n := len(s.post.bag.sent) - sent; n != c.again {
				t.Errorf("handed over %d times, want %d", n, c.again)
			}
			if raised := s.post.raised(); (len(raised) == 1) != c.raised {
				t.Errorf("raised %q", raised)
			}
		})
	}
}

// A letter leaves once more once, not each time its answer is lost; a mailbox out of reach is
// asked again for some hours, then a person decides.
func TestADoubtEndsWithAPerson(t *testing.T) {
	s := newShelf(t, memkv.New())
	l := s.inDoubt(state.TopicReceipt, noon)
	s.post.bag.answer = func(to string, _ int) error {
		if to == them {
			return unclear
		}
		return nil
	}
	for i := range 60 {
		_ = s.post.Dispatch(t.Context(), noon.Add(time.Duration(i)*5*time.Minute)) // its answers are lost
	}
	if n := s.post.bag.asked[them]; n != 2 || s.phase(l) != state.PhaseDoubtful || len(s.post.raised()) != 1 {
		t.Errorf("handed over %d times, %s, raised %q", n, s.phase(l), s.post.raised())
	}

	s = newShelf(t, memkv.New())
	l = s.inDoubt(state.TopicReceipt, noon)
	s.broken = errors.New("mailbox out of reach")
	s.post.dispatch(noon.Add(2 * time.Hour))
	if s.looks != 1 || len(s.post.raised()) > 0 {
		t.Errorf("after two hours: %d looks, raised %q", s.looks, s.post.raised())
	}
	s.post.dispatch(noon.Add(5 * time.Hour))
	s.broken = nil
	s.post.dispatch(noon.Add(6 * time.Hour))
	if s.looks != 2 || s.phase(l) != state.PhaseDoubtful || len(s.post.raised()) != 1 {
		t.Errorf("after six hours: %d looks, %s, raised %q", s.looks, s.phase(l), s.post.raised())
	}
}

// Whatever durable step of a doubt breaks, before or after it took effect, the server gets the
// letter at most once if it took it, exactly once more if it did not, and a doubt left is shown.
func TestEveryCrashOfADoubtSettled(t *testing.T) {
	for _, took := range []bool{true, false} {
		for _, after := range []bool{false, true} {
			for at := 1; ; at++ {
				disk := memkv.New()
				s := newShelf(t, disk)
				l := s.inDoubt(state.TopicCorrection, noon)
				if took {
					s.extra = []string{l.MessageID}
				}
				kv := &brittle{KV: disk}
				doomed := newPost(t, kv)
				doomed.Filed = s.filed
				kv.updates, kv.at, kv.after = 0, at, after
				_ = doomed.Dispatch(t.Context(), noon.Add(20*time.Minute)) // it breaks, as planned
				if !kv.dead {
					if at < 2 {
						t.Fatal("a doubt was settled without a durable step")
					}
					break
				}
				reborn := newPost(t, disk)
				reborn.Filed = s.filed
				s.extra = append(s.extra, idsOf(doomed)...)
				for i := range 4 {
					reborn.dispatch(noon.Add(time.Duration(30+20*i) * time.Minute))
				}
				got := len(doomed.bag.sent) + len(reborn.bag.sent)
				want := map[bool]int{true: 0, false: 1}[took]
				name := fmt.Sprintf("took %v, step %d, after %v: %s, handed over %d times", took, at, after, s.phase(l), got)
				if got > want || s.phase(l) == state.PhaseSent && got != want {
					t.Error(name)
				}
				if s.phase(l) == state.PhaseDoubtful && len(reborn.raised()) != 1 {
					t.Error("a doubt nobody is shown:", name)
				}
				if s.phase(l) != state.PhaseSent && s.phase(l) != state.PhaseDoubtful {
					t.Error("stuck:", name)
				}
			}
		}
	}
}

// idsOf are the Message-IDs of what a postbag took.
func idsOf(p *post) (ids []string) {
	for _, sent := range p.bag.sent {
		_, key, _ := strings.Cut(sent, " ")
		parts := strings.Split(key, "/")
		ids = append(ids, state.Occasion{Topic: state.Topic(parts[0]), Week: week38, Target: parts[2], Round: 1}.MessageID("lanchuan.example"))
	}
	return ids
}

// After a restore nothing is believed without proof.
func TestARestoreWithoutProofIsLeftToAPerson(t *testing.T) {
	s := newShelf(t, memkv.New())
	s.lost = func(string) bool { return true }
	if err := s.post.Reconcile(t.Context(), noon.Add(time.Hour)); !errors.Is(err, notify.ErrNoProof) {
		t.Errorf("no copies: %v", err)
	}
	s.broken = errors.New("mailbox out of reach")
	if err := s.post.Reconcile(t.Context(), noon.Add(time.Hour)); err == nil || errors.Is(err, notify.ErrNoProof) {
		t.Errorf("no mailbox: %v", err)
	}
	s.post.Filed = nil
	if err := s.post.Reconcile(t.Context(), noon.Add(time.Hour)); !errors.Is(err, notify.ErrNoProof) {
		t.Errorf("nobody looks: %v", err)
	}
}

// Whatever durable step of the comparison breaks after a restore: what left before does not
// leave again, though it is planned only afterwards; what had not left does, once; the readers'
// letters and circulars wait for the office; a question with a one-time code is asked again.
func TestEveryCrashAfterARestore(t *testing.T) {
	left := func(kind state.Topic, target string, to ...string) state.Letter {
		l := letter(kind, target, to...)
		l.MessageID = messageID(l)
		return l
	}
	for _, after := range []bool{false, true} {
		for at := 0; ; at++ {
			disk := memkv.New()
			s := newShelf(t, disk)
			known := left(state.TopicCorrection, "D05", them) // waits in the backup, and had left
			later := left(state.TopicReceipt, "D06", "d06@lanchuan.example")
			own := left(state.TopicSummary, "", "ld1@lanchuan.example")
			asks := left(state.TopicProposal, "circle", us)
			fresh := left(state.TopicLate, "D07", "d07@lanchuan.example")
			s.post.enqueue(known, own)
			// A request left as I07, which the backup does not know: whoever is asked now may be asked again.
			request := left(state.TopicRequest, "I08", "d08@lanchuan.example")
			s.extra = []string{known.MessageID, later.MessageID, asks.MessageID, "stranger@elsewhere.example", "request.I07.D13.1.0badcafe@lanchuan.example"}
			kv := &brittle{KV: disk}
			now := noon.Add(time.Hour)
			compare := func(p *post) error {
				p.Filed = s.filed
				if err := p.Reconcile(t.Context(), now); err != nil {
					return err
				}
				for range 2 {
					err := p.store.Update(t.Context(), func(r *state.Records) error { // the plan
						for _, l := range []state.Letter{later, asks, fresh, request} {
							if _, err := r.Enqueue(l); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						return err
					}
					if _, err := p.SettleFiled(t.Context(), now); err != nil {
						return err
					}
				}
				_, err := p.HoldForOffice(t.Context())
				return err
			}
			p := newPost(t, kv)
			kv.updates, kv.at, kv.after = 0, at, after
			if err := compare(p); err != nil {
				p = newPost(t, disk) // the mark is still there: all of it again
				if err := compare(p); err != nil {
					t.Fatal(err)
				}
			} else if at > 0 && !kv.dead {
				if at < 6 {
					t.Fatalf("only %d durable steps", at-1)
				}
				break
			}
			p.dispatch(now)
			p.dispatch(now.Add(time.Hour))
			got := slices.Sorted(slices.Values(p.bag.sent))
			want := []string{"d07@lanchuan.example " + fresh.Key, us + " " + asks.Key}
			if !slices.Equal(got, want) {
				t.Errorf("step %d, after %v: %q left, want %q", at, after, got, want)
			}
			if s.phase(known) != state.PhaseSent || s.phase(later) != state.PhaseSent || s.phase(own) != state.PhaseDoubtful || !slices.Equal(p.raised(), []string{request.Key, own.Key}) {
				t.Errorf("step %d, after %v: %s, %s, %s, raised %q", at, after, s.phase(known), s.phase(later), s.phase(own), p.raised())
			}
		}
	}
}
