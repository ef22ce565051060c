package state

import "time"

// Facts gathers what the summary of a week follows from, in one snapshot.
func (r *Records) Facts(roster *Roster, s *Schedule, lamp LightRule, w Week, now time.Time) (Facts, error) {
	f := Facts{Week: w, Now: now, Roster: roster, Schedule: s, Lamp: lamp}
	var err error
	if f.Depts, err = r.DeptWeeks(w); err != nil {
		return Facts{}, err
	}
	if f.Bases, err = r.Bases(roster, s, w, roster.On(s.Deadline(w).AsOf()).Projects); err != nil {
		return Facts{}, err
	}
	if f.Prev, err = r.Digest(s.Previously(w)); err != nil {
		return Facts{}, err
	}
	if f.Exempt, err = r.ExemptIn(s.Deadline(w)); err != nil {
		return Facts{}, err
	}
	if f.Issues, err = r.Issues(); err != nil {
		return Facts{}, err
	}
	mails, err := r.MailsOf(w)
	if err != nil {
		return Facts{}, err
	}
	for _, m := range mails {
		if m.Kind != MailSubmission {
			f.Other = append(f.Other, OtherMail{MessageID: m.MessageID, Kind: m.Kind})
		}
	}
	return f, nil
}
