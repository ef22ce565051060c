package state

import (
	"slices"
	"time"
)

// A pause (暂停) the office writes into the registry is followed like the hands projects are in
// (move.go): what the registry said last is remembered, and an edit becomes an Exemption with its
// reason and its end, as by the command. What the office decides by command beside it stays until
// the registry says something else.

// Pause is how long a project stands still, and why; zero for one that goes on.
type Pause struct {
	From, Until time.Time // days, both included
	Reason      string
}

func (p Pause) none() bool { return p.Until.IsZero() }

// words is the pause as it is remembered; "" for none.
func (p Pause) words() string {
	if p.none() {
		return ""
	}
	return p.From.Format(isoDay) + "/" + p.Until.Format(isoDay) + " " + p.Reason
}

// pauses are the registry's own by project, in words.
func (r *Roster) pauses() map[string]string {
	out := map[string]string{}
	for _, p := range r.Projects {
		if !p.Pause.none() {
			out[p.ID] = p.Pause.words()
		}
	}
	return out
}

func (r *Records) rememberedPauses() (was map[string]string, err error) {
	_, err = get(r.tx, keyPauses, &was)
	return was, err
}

// followPauses records which projects stand still by the registry, and which go on again, and
// lists those of which it now says something else.
func (r *Records) followPauses(roster *Roster, s *Schedule, now time.Time) ([]string, error) {
	was, err := r.rememberedPauses()
	if err != nil {
		return nil, err
	}
	is := roster.pauses()
	var changed []string
	for _, p := range roster.Projects {
		if is[p.ID] == was[p.ID] {
			continue
		}
		changed = append(changed, p.ID)
		if p.Pause.none() {
			err = r.goOn(roster, s, p, now)
		} else {
			err = r.PutExemption(Exemption{
				Subject: p.ID, From: s.Current(p.Pause.From.In(s.Zone)), Until: p.Pause.Until, Paused: true, Reason: p.Pause.Reason, By: ByRegistry, At: now,
			})
		}
		if err != nil {
			return nil, err
		}
	}
	if len(changed) == 0 && len(is) == len(was) {
		return nil, nil
	}
	return changed, put(r.tx, keyPauses, is)
}

// goOn ends the registry's pause of a project with the first week its department has sent nothing
// for. One that is over anyway, and what was decided otherwise, is left alone.
func (r *Records) goOn(roster *Roster, s *Schedule, p Project, now time.Time) error {
	all, err := r.Exemptions()
	if err != nil {
		return err
	}
	lasts := func(e Exemption) bool {
		return e.Subject == p.ID && e.By == ByRegistry && e.Before.IsZero() && e.Until.Format(isoDay) >= now.In(s.Zone).Format(isoDay)
	}
	if !slices.ContainsFunc(all, lasts) {
		return nil
	}
	dept := p.Dept
	if held := roster.On(now).Project(p.ID); held != nil {
		dept = held.Dept
	}
	from, err := r.Unreported(s, now, dept)
	if err != nil {
		return err
	}
	return r.ClearExemption(p.ID, from)
}
