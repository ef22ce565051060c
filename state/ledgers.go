package state

// Carry takes the permits and milestones through a week that is being frozen, in the
// transaction that freezes it.
func (r *Records) Carry(f Facts) error {
	known, err := r.Permits()
	if err != nil {
		return err
	}
	for _, p := range f.Permits(known) {
		if err := put(r.tx, prefixPermit+p.Project+"/"+p.Column, p); err != nil {
			return err
		}
	}
	moves, err := r.Moves()
	if err != nil {
		return err
	}
	for _, m := range f.Moves(moves) {
		if err := put(r.tx, prefixMilestone+m.Project+"/"+m.Name, m); err != nil {
			return err
		}
	}
	return nil
}

// Permits lists the permits reports told of, as of the last frozen week, by project.
func (r *Records) Permits() ([]Permit, error) { return eachOf[Permit](r, prefixPermit) }

// Moves is what reports said of the milestones' days, as of the last frozen week, by
// "project/milestone".
func (r *Records) Moves() (map[string]Move, error) {
	all, err := eachOf[Move](r, prefixMilestone)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Move, len(all))
	for _, m := range all {
		out[m.Project+"/"+m.Name] = m
	}
	return out, nil
}

// PermitsNow lists the permits as of now: the frozen ledger carried through the weeks that
// are not frozen yet, current last. With departments, only their projects are carried.
func (r *Records) PermitsNow(roster *Roster, s *Schedule, current Week, depts ...string) ([]Permit, error) {
	known, err := r.Permits()
	if err != nil {
		return nil, err
	}
	for _, w := range []Week{s.Previously(s.Previously(current)), s.Previously(current), current} {
		f := Facts{Week: w, Roster: roster, Schedule: s}
		if f.Depts, err = r.deptWeeksOf(w, depts); err != nil {
			return nil, err
		}
		known = overlaid(known, f.Permits(known))
	}
	return known, nil
}

// deptWeeksOf reads the week of some departments; of all for none.
func (r *Records) deptWeeksOf(w Week, depts []string) (map[string]*DeptWeek, error) {
	if len(depts) == 0 {
		return r.DeptWeeks(w)
	}
	out := map[string]*DeptWeek{}
	for _, id := range depts {
		d, err := r.DeptWeek(w, id)
		if err != nil {
			return nil, err
		}
		out[id] = d
	}
	return out, nil
}

// overlaid puts what changed in place of what was known of the same permit.
func overlaid(known, changed []Permit) []Permit {
	for _, c := range changed {
		if old := find(known, func(k Permit) bool { return k.Project == c.Project && k.Column == c.Column }); old != nil {
			*old = c
		} else {
			known = append(known, c)
		}
	}
	return known
}
