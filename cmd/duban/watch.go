package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"duban/ingest"
	"duban/notify"
	"duban/state"
)

// duban watches itself. What can be told by letter is planned as one (notify.Watch); what
// hinders letters stands in alert.file and on /healthz, and rings the second channel (bell.go).

// guard is what makes a turn unsafe, over the life of the process: a full disk and a clock
// that cannot be right stop fetching and sending before anything is written.
type guard struct {
	free func() (uint64, error) // bytes; nil is not asked
	// polled is when the last complete poll began; nil is not asked. Commands that only look
	// may have been at work since, at any hour: a rehearsal with --at is not hindered by them.
	polled func() (time.Time, error)

	mu     sync.Mutex
	last   time.Time            // when the last turn was taken, with its monotonic reading
	jumped time.Time            // when the clock was seen to jump; until duban is started again
	since  map[string]time.Time // what stops turns now, by kind
	words  []string             // all that is wrong now, in Chinese
}

const (
	clockBack = 5 * time.Minute // how far the clock may lie behind the last poll
	clockJump = 36 * time.Hour  // how far it may run ahead of the time that passed
)

// stops says what makes a turn at now unsafe, by kind: the error is English.
func (g *guard) stops(now time.Time, reserve uint64) map[string]error {
	out := map[string]error{}
	if g.free != nil && reserve > 0 {
		if free, err := g.free(); err != nil {
			out[notify.IllDisk] = fmt.Errorf("ask for free space: %w", err)
		} else if free < reserve {
			out[notify.IllDisk] = fmt.Errorf("%d MB free, the reserve is %d MB", free>>20, reserve>>20)
		}
	}
	if g.polled != nil {
		if at, err := g.polled(); err != nil {
			out[notify.IllClock] = fmt.Errorf("ask for the last poll: %w", err)
		} else if now.Before(at.Add(-clockBack)) {
			out[notify.IllClock] = fmt.Errorf("the clock says %s, the mailbox was last read at %s", now.Format(time.RFC3339), at.Format(time.RFC3339))
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	// Between two turns the wall clock and the monotonic one go alike, unless somebody set
	// the clock or the machine slept.
	if !g.last.IsZero() && now.Round(0).Sub(g.last.Round(0))-now.Sub(g.last) > clockJump {
		g.jumped = now
	}
	g.last = now
	if !g.jumped.IsZero() {
		out[notify.IllClock] = fmt.Errorf("the clock jumped more than %s ahead at %s: nothing moves until duban is started again", clockJump, g.jumped.Format(time.RFC3339))
	}
	return out
}

// past notes what stops turns now and gives what stopped them before and does no more.
func (g *guard) past(stops map[string]error, now time.Time) []notify.Ill {
	g.mu.Lock()
	defer g.mu.Unlock()
	var over []notify.Ill
	for kind, since := range g.since {
		if stops[kind] == nil {
			over = append(over, notify.Ill{Ailment: state.Ailment{Kind: kind, Since: since}, Past: true})
			delete(g.since, kind)
		}
	}
	for kind := range stops {
		if g.since == nil {
			g.since = map[string]time.Time{}
		}
		if _, known := g.since[kind]; !known {
			g.since[kind] = now
		}
	}
	return over
}

// began is since when a kind stops turns.
func (g *guard) began(kind string) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.since[kind]
}

// unwell is all that is wrong now, for the status page.
func (g *guard) unwell() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.words...)
}

// show puts what is wrong where it can be seen without mail: the status page and alert.file,
// which is there exactly while something is wrong.
func (o *office) show(words []string) {
	g := o.archive.guard
	g.mu.Lock()
	g.words = words
	g.mu.Unlock()
	file := o.cfg.Alert.File
	if file == "" {
		return
	}
	var err error
	if len(words) == 0 {
		if err = os.Remove(file); errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	} else {
		text := strings.Join(words, "\n") + "\n"
		tmp := file + ".new"
		if err = os.WriteFile(tmp, []byte(text), 0o644); err == nil {
			err = os.Rename(tmp, file)
		}
	}
	if err != nil {
		o.log.Error("alert file", "file", filepath.Base(file), "err", err)
	}
}

// stopped reports what makes a turn unsafe now, after showing it; nil when nothing does.
// What stopped turns before and does no more comes back to be told.
func (o *office) stopped(ctx context.Context, now time.Time) (over []notify.Ill, err error) {
	stops := o.archive.guard.stops(now, o.cfg.Reserve)
	over = o.archive.guard.past(stops, now)
	if len(stops) == 0 {
		return over, nil
	}
	var errs []error
	var ills []notify.Ill
	for _, kind := range []string{notify.IllDisk, notify.IllClock} {
		if stops[kind] != nil {
			since := o.archive.guard.began(kind)
			errs = append(errs, stops[kind])
			ills = append(ills, notify.Ill{Ailment: state.Ailment{Kind: kind, Since: since}, Detail: stops[kind].Error()})
		}
	}
	lines, err := o.alerts(ills)
	o.show(lines)
	errs = append(errs, err, o.ring(ctx, ills, false, now))
	return nil, fmt.Errorf("no mail is fetched and none sent: %w", errors.Join(errs...))
}

// watch finds out what is wrong after the mailbox was read, shows it and has it told.
func (o *office) watch(ctx context.Context, now time.Time, collected error, over []notify.Ill) error {
	ills := over
	add := func(kind string, since time.Time, detail error) {
		ill := notify.Ill{Ailment: state.Ailment{Kind: kind, Since: since}}
		if detail != nil {
			ill.Detail = detail.Error()
		}
		ills = append(ills, ill)
	}
	var sweep time.Time
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		sweep, err = r.Sweep()
		return err
	})
	if err != nil {
		return fmt.Errorf("read when the mailbox was last read: %w", err)
	}
	switch {
	case errors.Is(collected, ingest.ErrLoginRefused):
		add(notify.IllLogin, now, collected)
	case !sweep.IsZero() && now.Sub(sweep) > stale+2*o.cfg.Mailbox.Every:
		add(notify.IllPoll, sweep, collected)
	}
	unsent, err := o.planner.Unsent(ctx, now)
	if err != nil {
		return err
	}
	if unsent != nil {
		ills = append(ills, *unsent)
	}
	load, err := o.dispatcher.Load(ctx, now)
	if err != nil {
		return err
	}
	if load != nil {
		ills = append(ills, *load)
	}
	if o.archive.heal.Attention() {
		ills = append(ills, notify.Ill{Ailment: state.Ailment{Kind: notify.IllStore, Since: o.archive.opened, Event: true}, Detail: o.archive.heal.Reason})
	}
	if err := o.inspectMailbox(ctx, now, add); err != nil {
		return err
	}
	moved, err := o.moved(ctx)
	if err != nil {
		return err
	}
	if !moved.IsZero() {
		ills = append(ills, notify.Ill{Ailment: state.Ailment{Kind: notify.IllMoved, Since: moved, Event: true}})
	}
	local := now.In(o.cfg.Schedule.Zone)
	if local.Month() == time.December && o.cfg.Schedule.Calendar.Provisional(local.Year()+1) {
		ills = append(ills, notify.Ill{Ailment: state.Ailment{Kind: notify.IllCalendar, Since: now, Daily: true}})
	}
	lines, err := o.alerts(ills)
	o.show(lines)
	return errors.Join(err, o.planner.Watch(ctx, ills, now), o.ring(ctx, ills, true, now))
}

// moved is when a folder was last found moved or restored; zero when none ever was.
func (o *office) moved(ctx context.Context) (last time.Time, err error) {
	err = o.archive.store.View(ctx, func(r *state.Records) error {
		last = time.Time{}
		for _, folder := range o.cfg.Mailbox.Folders {
			c, err := r.Cursor(folder)
			if err != nil {
				return fmt.Errorf("read how far %s was read: %w", folder, err)
			}
			if c.Moved.After(last) {
				last = c.Moved
			}
		}
		return nil
	})
	return last, err
}

// nearlyFull is from how many percent of its quota on a mailbox is an ailment: a full one
// sends the departments' reports back.
const nearlyFull = 90

// inspectMailbox finds what the last poll showed to be wrong with the mailbox or the clocks.
func (o *office) inspectMailbox(ctx context.Context, now time.Time, add func(kind string, since time.Time, detail error)) error {
	var skew state.Skew
	var all []state.Census
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		all = nil
		for _, folder := range o.cfg.Mailbox.Folders {
			c, err := r.Census(folder)
			if err != nil {
				return err
			}
			all = append(all, c)
		}
		skew, err = r.Skew()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the last poll counted: %w", err)
	}
	full, unread := 0, 0
	for _, c := range all {
		full, unread = max(full, c.Full), unread+max(0, c.Unread)
	}
	if full >= nearlyFull {
		add(notify.IllQuota, now, fmt.Errorf("%d%% of the quota is in use", full))
	}
	if unread > 0 {
		add(notify.IllCount, now, fmt.Errorf("%d mails in the mailbox were not read", unread))
	}
	if skew.By != 0 {
		add(notify.IllSkew, skew.At, fmt.Errorf("the mail server's clock differs by %s", skew.By.Round(time.Second)))
	}
	return nil
}

// alerts says in one line each what is wrong, for the page and the alert file. One that cannot
// be worded still stands there, by its kind.
func (o *office) alerts(ills []notify.Ill) (lines []string, err error) {
	for _, ill := range ills {
		if ill.Past || ill.Kind == notify.IllCalendar || ill.Kind == notify.IllMoved {
			continue // over, or nothing to be done at once
		}
		line, wording := o.planner.Composer.Alert(ill)
		if wording != nil {
			line, err = ill.Kind, errors.Join(err, fmt.Errorf("word the alert %s: %w", ill.Kind, wording))
		}
		lines = append(lines, line)
	}
	return lines, err
}
