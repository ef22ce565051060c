package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/state"
)

// weekTurns is when duban takes a turn in the tests of the district's weeks: around every
// moment that matters.
var weekTurns = map[string][]string{
	"2026-W38": {
		"2026-09-17T15:00:00+08:00", "2026-09-18T12:00:00+08:00", "2026-09-18T16:05:00+08:00", "2026-09-18T17:35:00+08:00",
		"2026-09-18T18:12:00+08:00", "2026-09-18T19:30:00+08:00", "2026-09-20T09:05:00+08:00", "2026-09-20T12:05:00+08:00",
		"2026-09-20T19:45:00+08:00", "2026-09-21T07:35:00+08:00", "2026-09-21T09:00:00+08:00", "2026-09-21T16:00:00+08:00",
	},
	"2026-W39": {
		"2026-09-25T15:00:00+08:00", "2026-09-28T12:00:00+08:00", "2026-09-28T16:05:00+08:00", "2026-09-28T18:12:00+08:00",
		"2026-09-29T09:05:00+08:00", "2026-09-29T12:05:00+08:00", "2026-09-29T17:00:00+08:00", "2026-09-30T09:00:00+08:00",
	},
}

// The weeks W38 and W39 of the fictional district, mail by mail as they came, give exactly
// the decisions, totals and lights its office drew by hand.
func TestTheDistrictsWeeks(t *testing.T) {
	d := newDistrict(t)
	for _, w := range []struct {
		name  string
		turns []string // when duban takes a turn
	}{
		{"2026-W38", weekTurns["2026-W38"]},
		{"2026-W39", weekTurns["2026-W39"]},
	} {
		mails := week(t, w.name)
		rest := mails
		for _, at := range w.turns {
			rest = d.deliver(rest, mustTime(at))
			d.must("once", "--at", at)
		}
		if len(rest) > 0 {
			t.Fatalf("%s: %d mails were never delivered", w.name, len(rest))
		}
		printed := d.must("week", w.name, "--json")
		checkWeek(t, w.name, []byte(printed))
		checkDecisions(t, mails, decisions(t, d, mails))
	}
	checkLetters(t, d)
	if out := d.must("audit", "verify"); !strings.Contains(out, "完好") {
		t.Errorf("audit verify: %s", out)
	}
}

// All of a week's mail read in one go, long after, gives the same facts: what counts is when
// the server received it.
func TestTheDistrictsWeekAfterAnOutage(t *testing.T) {
	d := newDistrict(t)
	at := mustTime("2026-09-21T16:00:00+08:00")
	mails := week(t, "2026-W38")
	d.deliver(mails, at)
	d.must("once", "--at", at.Format(time.RFC3339))
	checkWeek(t, "2026-W38", []byte(d.must("week", "2026-W38", "--json")))
	checkDecisions(t, mails, decisions(t, d, mails))
	for key, n := range receptions(t, d.letters()) {
		if strings.HasPrefix(key, "late/") {
			t.Errorf("%s: nobody may be told they are late once the week is summarised", key)
		}
		if n != 1 {
			t.Errorf("%s was sent %d times", key, n)
		}
	}
}

// decisions maps each of the week's files to the mail as it was recorded.
func decisions(t *testing.T, d *district, mails []demo.Mail) map[string]state.Mail {
	t.Helper()
	byID := map[string]state.Mail{}
	d.view(func(r *state.Records) error {
		for _, w := range []string{"2026-W37", "2026-W38", "2026-W39", "2026-W40"} {
			week, err := state.ParseWeek(w)
			if err != nil {
				return err
			}
			found, err := r.MailsOf(week)
			if err != nil {
				return err
			}
			for _, m := range found {
				byID[m.MessageID] = m
			}
		}
		return nil
	})
	out := map[string]state.Mail{}
	for _, m := range mails {
		if got, there := byID[strings.Trim(header(t, m.Raw).Get("Message-ID"), "<> ")]; there {
			out[m.File] = got
		}
	}
	return out
}

// checkLetters compares what left with what the district's office expects to leave: a
// letter of correction for each faulty version, reminders only to those missing, and the
// leaders' letter once a week.
func checkLetters(t *testing.T, d *district) {
	t.Helper()
	got := receptions(t, d.letters())
	keys := map[string]bool{}
	for key, n := range got {
		if n != 1 {
			t.Errorf("%s was sent %d times", key, n)
		}
		name, _, _ := strings.Cut(key, " ")
		keys[name] = true
	}
	for _, key := range []string{
		"correction/2026-W38/D02/1", "correction/2026-W38/D05/1", "correction/2026-W38/D09/1",
		"correction/2026-W38/D16/1", "correction/2026-W38/D17/1", "correction/2026-W38/D22/1",
		"correction/2026-W39/D03/1", "correction/2026-W39/D09/1", "correction/2026-W39/D25/1",
		"summary/2026-W38/leaders", "summary/2026-W39/leaders",
	} {
		if !keys[key] {
			t.Errorf("%s was not sent", key)
		}
	}
	late := map[string]bool{}
	for key := range keys {
		parts := strings.Split(key, "/")
		switch parts[0] {
		case "late":
			late[parts[1]+" "+parts[2]] = true
		case "correction":
			if !corrected[parts[1]+" "+parts[2]] {
				t.Errorf("%s: the district accepted that report", key)
			}
		}
	}
	for _, want := range []string{"2026-W38 D10", "2026-W38 D23", "2026-W38 D25", "2026-W39 D11", "2026-W39 D17"} {
		if !late[want] {
			t.Errorf("no reminder to %s", want)
		}
		delete(late, want)
	}
	for who := range late {
		t.Errorf("%s was told it is late and was not", who)
	}
}

// corrected are the department-weeks whose report the district sent back.
var corrected = map[string]bool{
	"2026-W38 D02": true, "2026-W38 D05": true, "2026-W38 D09": true, "2026-W38 D16": true, "2026-W38 D17": true, "2026-W38 D22": true,
	"2026-W39 D03": true, "2026-W39 D09": true, "2026-W39 D25": true,
}

// view reads the district's records; no duban may be running.
func (d *district) view(fn func(*state.Records) error) {
	d.t.Helper()
	in := &invocation{config: d.config, dir: d.dir, now: time.Now, stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	err := in.inOffice(d.t.Context(), func(_ context.Context, o *office) error {
		return o.archive.store.View(d.t.Context(), fn)
	})
	if err != nil {
		d.t.Fatal(err)
	}
}
