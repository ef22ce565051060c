package main

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// Killed at any moment of the week and started again, duban comes to the same facts, and no
// letter reaches anybody twice. A letter that a kill left in doubt is shown as doubtful, and
// none is lost without that. The moments are drawn at random: the promise is for any.
func TestKilledAtAnyMoment(t *testing.T) {
	d := newDistrict(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 38))
	rest := week(t, "2026-W38")
	turns := weekTurns["2026-W38"]
	killed := 0
	for i, at := range turns {
		rest = d.deliver(rest, mustTime(at))
		for killed < kills*(i+1)/len(turns) {
			if d.killWithin(time.Duration(chance.Int64N(int64(killSpan))), "once", "--at", at) {
				killed++
			}
		}
		d.must("once", "--at", at)
	}
	checkWeek(t, "2026-W38", []byte(d.must("week", "2026-W38", "--json")))
	checkDecisions(t, week(t, "2026-W38"), decisions(t, d, week(t, "2026-W38")))

	received := receptions(t, d.letters())
	var letters []outboxLine
	if err := json.Unmarshal([]byte(d.must("outbox", "--json")), &letters); err != nil {
		t.Fatal(err)
	}
	doubtful := 0
	for _, l := range letters {
		for _, to := range l.To {
			n := received[l.Key+" "+to]
			switch {
			case n > 1:
				t.Errorf("%s reached %s %d times", l.Key, to, n)
			case n == 0 && l.Phase == "sent":
				t.Errorf("%s counts as sent and never reached %s", l.Key, to)
			case n == 0 && l.Phase != "doubtful":
				t.Errorf("%s is %s and has not reached %s: lost", l.Key, l.Phase, to)
			}
		}
		if l.Phase == "doubtful" {
			doubtful++
		}
	}
	t.Logf("killed %d times; %d letters, %d in doubt", killed, len(letters), doubtful)
	if len(letters) < 30 {
		t.Errorf("only %d letters: the week did not happen", len(letters))
	}
}

// killSpan is the stretch from a start within which a kill is drawn: a little longer than a
// turn takes, so that every part of one is hit.
const killSpan = 600 * time.Millisecond

// killWithin starts duban in a process of its own and kills it after the delay. It reports
// false when duban had ended by itself before.
func (d *district) killWithin(delay time.Duration, args ...string) bool {
	d.t.Helper()
	cmd := d.child(args...)
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	dead := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	dead.Stop()
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && exit.Exited() {
		return false
	}
	return true
}

// Killed while the office closes a project or opens it again, duban has done it or not, and says
// which: the command given once more does it or refuses. Each word counts once, from its week on.
func TestKilledWhileAProjectIsClosedAndOpenedAgain(t *testing.T) {
	d := newDistrict(t)
	d.set(mustTime("2026-09-17T12:00:00+08:00"))
	d.must("once", "--at", d.wall().Format(time.RFC3339))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 40))
	const project = "LC2026-006"
	for i, word := range []string{"close", "reopen", "close"} {
		args := []string{word, project, "--week", state.Week{Year: 2026, No: 38 + i}.String(), "--reason", "核实", "--by", "张三"}
		for range 3 {
			d.killWithin(time.Duration(chance.Int64N(int64(killSpan/2))), args...)
		}
		if out, code := d.duban(args...); code != exitDone && code != exitUsage {
			t.Fatalf("%s ended with %d: %s", word, code, out)
		}
		var changes []state.Change
		d.view(func(r *state.Records) (err error) {
			changes, err = r.Changes()
			return err
		})
		if len(changes) != i+1 {
			t.Fatalf("behind %s the records hold %d changes: %+v", word, len(changes), changes)
		}
	}
	d.must("audit", "verify")
	for no, expected := range map[int]bool{38: false, 39: true, 40: false} {
		week := state.Week{Year: 2026, No: no}.String()
		out, _ := d.asOfWall("preview", "due", "--week", week, "--dept", "D05", "--dir", t.TempDir())
		if strings.Contains(out, project) != expected || !strings.Contains(out, "LC2026-043") {
			t.Errorf("%s: %s is expected: %v\n%s", week, project, expected, out)
		}
	}
}
