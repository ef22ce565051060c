package state

import (
	"fmt"
	"maps"
	"time"
)

// Hands in which projects are change with the registry file too. What it said last is
// remembered, so that an edit becomes a Change with a week of its own: until then the project is
// the former department's, with its reports and whatever it owes; from then on the new one's,
// with the figures of the weeks before.

// ByRegistry is who agreed to what the office wrote into the registry itself.
const ByRegistry = "登记表"

// Edited reports whether the registry says otherwise than when it was last followed who answers
// for which project, or which stand still.
func (r *Records) Edited(roster *Roster) (bool, error) {
	was, err := r.keepers()
	if err != nil {
		return false, err
	}
	last := roster.last()
	if was == nil || len(was) != len(last.Projects) {
		return true, nil
	}
	for i := range last.Projects {
		if p := &last.Projects[i]; was[p.ID] != p.Dept {
			return true, nil
		}
	}
	paused, err := r.rememberedPauses()
	return err == nil && !maps.Equal(paused, roster.pauses()), err
}

// Follow records what the registry says otherwise than when it was last followed: who answers
// for a project, which projects were not there, and which stand still; it lists those of which
// it says something else about that. Who answers at first is no change. The roster must carry
// the changes known so far; they must be read anew afterwards.
func (r *Records) Follow(roster *Roster, s *Schedule, now time.Time) (paused []string, err error) {
	was, err := r.keepers()
	if err != nil {
		return nil, err
	}
	is, last := map[string]string{}, roster.last()
	for i := range last.Projects {
		p := &last.Projects[i]
		is[p.ID] = p.Dept
		if was != nil {
			if err := r.follow(roster, s, p, was, now); err != nil {
				return nil, err
			}
		}
	}
	if err := put(r.tx, keyKeepers, is); err != nil {
		return nil, err
	}
	return r.followPauses(roster, s, now)
}

func (r *Records) keepers() (was map[string]string, err error) {
	_, err = get(r.tx, keyKeepers, &was)
	return was, err
}

// follow records what became of one project.
func (r *Records) follow(roster *Roster, s *Schedule, p *Project, was map[string]string, now time.Time) error {
	old, known := was[p.ID]
	c := Change{Project: p.ID, By: ByRegistry, At: now}
	switch {
	case !known && p.ActiveFrom.IsZero():
		first, err := r.Unreported(s, now, p.Dept)
		if err != nil {
			return err
		}
		c.Field, c.New = ChangeBegin, s.FirstDay(first).Format(isoDay)
	case !known, old == p.Dept, roster.moved(p.ID, old, p.Dept):
		return nil
	default:
		c.Field, c.Old, c.New = ChangeDept, old, p.Dept
		var err error
		if c.From, err = r.Unreported(s, now, old, p.Dept); err != nil {
			return err
		}
		if !p.DeptFrom.IsZero() {
			c.From = s.Current(p.DeptFrom.In(s.Zone))
		}
		c.From = roster.Behind(p.ID, c.Field, c.From)
	}
	c.Proposal = fmt.Sprintf("registry/%s/%s/%s", p.ID, c.Field, c.New)
	return r.PutChange(c)
}

// moved reports whether a change or a succession already says that a project went from one
// department to another.
func (r *Roster) moved(project, from, to string) bool {
	for _, id := range r.kin(from) {
		if id == to {
			return true
		}
	}
	e := r.editions.Load()
	if e == nil {
		return false
	}
	for _, i := range e.chains[fixed{project, ChangeDept}] {
		if e.changes[i].Old == from && e.changes[i].New == to {
			return true
		}
	}
	return false
}

// Behind is the week, or that of the last change of the field if it is later: what is decided
// later counts later.
func (r *Roster) Behind(project string, field ChangeField, w Week) Week {
	e := r.editions.Load()
	if e == nil {
		return w
	}
	for _, i := range e.chains[fixed{project, field}] {
		if w.Before(e.changes[i].From) {
			w = e.changes[i].From
		}
	}
	return w
}

// Unreported is the first week from now's on for which none of the departments has sent
// anything: who reports what can change then without a report, or its lack, being anybody
// else's.
func (r *Records) Unreported(s *Schedule, now time.Time, depts ...string) (Week, error) {
	for w := s.Current(now); ; w = s.Next(w) {
		free := true
		for _, id := range depts {
			d, err := r.DeptWeek(w, id)
			if err != nil {
				return Week{}, fmt.Errorf("look for a week without reports: %w", err)
			}
			free = free && (d == nil || len(d.Tries) == 0)
		}
		if free {
			return w, nil
		}
	}
}

// FirstDay is the day after the one the figures of the week before are counted to.
func (s *Schedule) FirstDay(w Week) time.Time {
	return s.Deadline(w.Add(-1)).AsOf().AddDate(0, 0, 1)
}
