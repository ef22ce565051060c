package state

import (
	"fmt"
	"slices"
)

// complete takes off for the projects that were not accepted when the week was frozen: the
// part's points in proportion, to the tenth, in the department's favour.
func (rule ScoreRule) complete(s *WeekScore, f ScoreFacts, own []Project) {
	if f.Found.State == NilReturn || f.Found.State == Unverified {
		return
	}
	why := ScoreReason{Case: ScoreLacking, At: f.Schedule.FreezeAt(f.Deadline.Week), Of: len(own)}
	for _, p := range own {
		if f.counted(p.ID) {
			continue
		}
		if pardon := f.pardoned(p.ID); pardon != "" {
			s.take(PartComplete, 0, ScoreLine{Reason: ScoreReason{Case: ScorePardoned, Pardon: pardon, Project: p.ID, Name: p.Name}})
			continue
		}
		if why.Count++; why.Count > maxDefects {
			why.More = true
			continue
		}
		why.Named = append(why.Named, fmt.Sprintf("〔%s〕%s", p.ID, p.Name))
	}
	if why.Count == 0 {
		return
	}
	line := ScoreLine{Reason: why}
	if t := f.Found.Last(); t != nil {
		line.Mail, line.MailAt = t.MessageID, t.Received
	}
	if all := f.corrections(); len(all) > 0 {
		l := all[len(all)-1]
		line.Letter, line.LetterAt = l.Key, l.SentAt()
	}
	s.take(PartComplete, Points(int(rule.Complete)*why.Count/len(own)), line)
}

// counted reports whether a project's row was accepted before the freeze, whatever replaced
// it since.
func (f ScoreFacts) counted(project string) bool {
	freeze := f.Schedule.FreezeAt(f.Deadline.Week)
	if row := f.Found.Row(project); row != nil && !row.Received.After(freeze) {
		return true
	}
	return slices.ContainsFunc(f.Found.Tries, func(t Try) bool {
		return !t.Received.After(freeze) && slices.Contains(t.Accepted, project)
	})
}

// pardoned says why a project that was not accepted costs nothing; "" when it does.
func (f ScoreFacts) pardoned(project string) Pardon {
	about := func(found Finding) bool { return found.Project == project }
	switch {
	case slices.ContainsFunc(f.Found.Parked, about):
		return PardonDisputed
	case slices.ContainsFunc(f.Amended, func(a Amendment) bool { return a.Project == project }):
		return PardonAmended
	case !slices.Contains(f.Found.Wait, project):
		return "" // never reported
	}
	all := f.corrections()
	if len(all) == 0 {
		return PardonUnsent
	}
	last := all[len(all)-1]
	if at := f.Found.TryOf(last.Cause); at >= 0 && last.SentAt().After(f.Schedule.AnswerLimit(f.Found.Tries[at].Received)) {
		return PardonSentLate
	}
	if last.ReplyBy.After(f.Schedule.FreezeAt(f.Deadline.Week)) {
		return PardonTimeLeft
	}
	return ""
}
