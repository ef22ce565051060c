package state

import "slices"

// Past is a project's accepted row of one earlier week.
type Past struct {
	Of Week // the reporting week it counted for
	Counted
}

// Pasts reads the last weeks of each project, newest first: the accepted rows of the at most n
// reporting weeks directly before w, ending at the first week without one. A week for which the
// department reported that nothing changed (无变化) repeats the row before it, without new money.
func (r *Records) Pasts(roster *Roster, s *Schedule, w Week, projects []Project, n int) (map[string][]Past, error) {
	out := make(map[string][]Past, len(projects))
	over := map[string]bool{} // projects whose weeks in a row have ended
	for week, back := s.Previously(w), 0; back < n && len(over) < len(projects); week, back = s.Previously(week), back+1 {
		depts := map[string]*DeptWeek{}
		for _, p := range projects {
			if over[p.ID] {
				continue
			}
			unchanged := false
			kept := roster.kin(roster.keeper(p, s.Deadline(week).AsOf()))
			for _, dept := range roster.hands(p) {
				if _, asked := depts[dept]; !asked {
					var err error
					if depts[dept], err = r.DeptWeek(week, dept); err != nil {
						return nil, err
					}
				}
				unchanged = unchanged || slices.Contains(kept, dept) && depts[dept] != nil && depts[dept].State == NilReturn
			}
			switch c := roster.RowOf(p, depts); {
			case c != nil:
				out[p.ID] = append(out[p.ID], Past{week, *c})
			case unchanged:
				out[p.ID] = append(out[p.ID], Past{Of: week})
			default:
				over[p.ID] = true
			}
		}
	}
	for id, list := range out {
		out[id] = repeated(list)
	}
	return out, nil
}

// repeated puts the row before them in the place of weeks without change; those before which
// nothing is known are left out.
func repeated(list []Past) []Past {
	for len(list) > 0 && list[len(list)-1].Project == "" {
		list = list[:len(list)-1]
	}
	for i := len(list) - 2; i >= 0; i-- {
		if list[i].Project == "" {
			list[i].Counted = list[i+1].Counted
			list[i].Week = 0
		}
	}
	return list
}
