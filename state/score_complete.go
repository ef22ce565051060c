package state

import (
	"fmt"
	"slices"
	"strings"
)

// complete takes off for the projects that were not accepted when the week was frozen: the
// part's points in proportion, to the tenth, in the department's favour.
func (rule ScoreRule) complete(s *WeekScore, f ScoreFacts, own []Project) {
	if f.Found.State == NilReturn || f.Found.State == Unverified {
		return
	}
	var lacking []string
	for _, p := range own {
		if f.counted(p.ID) {
			continue
		}
		if why := f.pardoned(p.ID); why != "" {
			s.take(PartComplete, 0, ScoreLine{Why: fmt.Sprintf("〔%s〕%s%s,不扣分。", p.ID, p.Name, why)})
			continue
		}
		lacking = append(lacking, fmt.Sprintf("〔%s〕%s", p.ID, p.Name))
	}
	if len(lacking) == 0 {
		return
	}
	n := len(lacking)
	line := ScoreLine{}
	if t := f.Found.Last(); t != nil {
		line.Mail, line.MailAt = t.MessageID, t.Received
	}
	if all := f.corrections(); len(all) > 0 {
		l := all[len(all)-1]
		line.Letter, line.LetterAt = l.Key, l.SentAt()
	}
	if n > maxDefects {
		lacking = append(lacking[:maxDefects], "等")
	}
	line.Why = fmt.Sprintf("%d个项目中%d个到%s定稿时没有采用:%s。", len(own), n, f.when(f.Schedule.FreezeAt(f.Deadline.Week)), strings.Join(lacking, "、"))
	s.take(PartComplete, Points(int(rule.Complete)*n/len(own)), line)
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
func (f ScoreFacts) pardoned(project string) string {
	about := func(found Finding) bool { return found.Project == project }
	switch {
	case slices.ContainsFunc(f.Found.Parked, about):
		return "有异议,待办公室核实"
	case slices.ContainsFunc(f.Amended, func(a Amendment) bool { return a.Project == project }):
		return "已由办公室更正"
	case !slices.Contains(f.Found.Wait, project):
		return "" // never reported
	}
	all := f.corrections()
	if len(all) == 0 {
		return "待补正,我方还没有把补正通知送到"
	}
	last := all[len(all)-1]
	if at := slices.IndexFunc(f.Found.Tries, func(t Try) bool { return t.Mail == last.Cause }); at >= 0 {
		if by := f.Schedule.AnswerBy(f.Found.Tries[at].Received); last.SentAt().After(by.Add(LastSecond)) {
			return "待补正,我方的补正通知迟于1个工作日"
		}
	}
	if last.ReplyBy.After(f.Schedule.FreezeAt(f.Deadline.Week)) {
		return "待补正,补正期限在定稿之后"
	}
	return ""
}
