package ingest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// Visits by reply (article 5): the contact of a lead leader answers the reminder of visits with
// days and projects, one line each: LC2026-009 9月12日, or 9月12日到现场:某某项目、另一项目. A line counts
// when it names projects the leader leads and days gone by, and says nothing else; any other
// line leaves the mail to the office, as all of a leader's mail is, and is never guessed at.

// oldestVisit is how long ago a visit may be that is told by reply.
const oldestVisit = 62 // days

var (
	// visitDays finds days: 9月12日, 9月12、13日, 2026年9月12日, 2026-09-12, 9.12.
	visitDays = regexp.MustCompile(`(?:(\d{4})年)?(\d{1,2})月(\d{1,2}(?:[日号]?[、和及]\d{1,2})*)[日号]|(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{1,2})[./](\d{1,2})`)
	anyNumber = regexp.MustCompile(`\d+`)
	// onSite is what may stand beside days and projects without changing what they say.
	onSite = regexp.MustCompile(`到场|到过|去过|到了|去了|到现场|现场|督导|调研|检查|查看|察看|推进|工作|已经|已|均|都|于|在|到|的|了|上午|下午|项目|领导|同志|赴|前往|实地|牵头|情况|如下|请登记|请记录|^\d{1,2}[.、)]|[\s、,。;:.()<>《》"“”·\-—\x01\x02]`)
	// courteous is a line that says nothing of visits.
	courteous = regexp.MustCompile(`^((您好|你好|好的|收到|谢谢|多谢|感谢|此致|敬礼|附后|特此(报告|回复|函告)|请(查收|登记|记录)|(现)?将?(到场|督导)?情况(报告|回复)?如下|区?重大项目办|领导小组办公室|各位同志|同志们?|发自.{0,20}|来自.{0,20}|\d[\d\- ]{6,})[、,。!:~.\s]*)*$`)
)

// visited takes a reply of a lead leader's contact that tells of visits. mine is false for every
// other mail, among them one in which no line does.
func (d Desk) visited(r *state.Records, a Arrival, p Place) (v Verdict, mine bool, err error) {
	leaders := d.leadersAt(p.Sender.Addr)
	if r == nil || d.Schedule == nil || p.forged || p.Auto.Kind != "" || len(p.Sender.Depts) > 0 || len(leaders) == 0 {
		return v, false, nil
	}
	if about, err := d.aboutVisits(r, a.Opened.Message); err != nil || !about {
		return v, false, err
	}
	at := a.Mail.Received.In(d.Schedule.Zone)
	projects := d.ledBy(leaders, at)
	told, unclear := readVisits(a.Opened.Message.Text, projects, at)
	if len(told) == 0 && !slices.ContainsFunc(unclear, func(line string) bool { return mentionsVisit(line, projects) }) {
		return v, false, nil // a leader's other words
	}
	for _, t := range told {
		t.Mail, t.By, t.At = a.Mail.ID, p.Sender.Addr, a.Mail.Received
		v.Visits = append(v.Visits, t)
	}
	p.Kind, p.Reason = state.MailAnswer, fmt.Sprintf("tells of %d visits", len(told))
	v.Mail = a.Mail
	d.head(&v.Mail, a.Opened, p)
	v.Mail.Decision = state.DecisionAccept
	if len(unclear) > 0 {
		v.Mail.Kind, v.Mail.Decision = state.MailOther, state.DecisionHold
		v.Mail.Findings = []state.Finding{d.Rules.Tell("visit-unclear", state.Finding{Found: cutRunes(strings.Join(unclear, ";"), longestReason)}, "")}
	}
	return v, true, nil
}

// leadersAt lists the leaders an address stands for: one contact may serve several.
func (d Desk) leadersAt(addr string) []string {
	var ids []string
	if d.Roster == nil || addr == "" {
		return nil
	}
	for _, l := range d.Roster.Leaders {
		if strings.EqualFold(l.Mail, addr) {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// ledBy lists the projects on the list on a day that one of the leaders leads.
func (d Desk) ledBy(leaders []string, at time.Time) []state.Project {
	var out []state.Project
	for _, p := range d.Roster.Projects {
		if slices.Contains(leaders, p.LeadLeader) && p.Active(at) {
			out = append(out, p)
		}
	}
	return out
}

// aboutVisits tells whether a mail answers a reminder of visits, or its subject says that it is
// about them.
func (d Desk) aboutVisits(r *state.Records, m Message) (bool, error) {
	if strings.Contains(m.Subject, "到场") || strings.Contains(m.Subject, "督导") {
		return true, nil
	}
	l, err := referredTo(r, m, func(l *state.Letter) bool { return l.Kind == state.TopicVisit })
	return l != nil, err
}

// readVisits reads the visits a text tells of, and the lines that are not plain.
func readVisits(text string, projects []state.Project, received time.Time) (told []state.Visit, unclear []string) {
	names := visitNames(projects)
	var heading []string // the days of a line such as 9月12日到现场: for the lines below it
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(norm.NFKC.String(line))
		if line == "" || courteous.MatchString(line) {
			continue
		}
		parts := []visitLine{readVisitLine(line, names, received)}
		if parts[0].crossed() { // several days and several projects: each clause for itself
			parts = nil
			for _, clause := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;。", r) }) {
				parts = append(parts, readVisitLine(clause, names, received))
			}
		}
		var found []state.Visit
		plain := true
		for _, one := range parts {
			if len(one.days) == 0 && len(heading) > 0 {
				one.days = heading
			} else if len(one.days) > 0 {
				heading = nil
			}
			if len(parts) == 1 && one.plain && len(one.projects) == 0 && strings.HasSuffix(line, ":") {
				heading = one.days
				continue
			}
			plain = plain && one.plain && len(one.days) > 0 && len(one.projects) > 0 && !one.crossed()
			for _, id := range one.projects {
				for _, day := range one.days {
					found = append(found, state.Visit{Project: id, Day: day})
				}
			}
		}
		if plain {
			told = append(told, found...)
		} else {
			unclear = append(unclear, line)
		}
	}
	return told, unclear
}

// mentionsVisit tells whether a line that is not plain may speak of a visit.
func mentionsVisit(line string, projects []state.Project) bool {
	return visitDays.MatchString(line) || slices.ContainsFunc(visitNames(projects), func(n visitName) bool { return strings.Contains(line, n.text) })
}

// visitLine is what one line, or clause, says.
type visitLine struct {
	days     []string // ISO
	projects []string
	plain    bool // and nothing else
}

func (l visitLine) crossed() bool { return len(l.days) > 1 && len(l.projects) > 1 }

// readVisitLine takes the projects and days out of a line; it is plain when nothing that could
// change their meaning is left (计划, 未, 取消, another name).
func readVisitLine(line string, names []visitName, received time.Time) visitLine {
	l := visitLine{plain: true}
	rest := strings.Join(strings.Fields(line), "")
	for _, n := range names {
		if strings.Contains(rest, n.text) {
			rest = strings.ReplaceAll(rest, n.text, "\x01")
			if !slices.Contains(l.projects, n.project) {
				l.projects = append(l.projects, n.project)
			}
		}
	}
	rest = visitDays.ReplaceAllStringFunc(rest, func(s string) string {
		days, ok := visitDates(visitDays.FindStringSubmatch(s), received)
		l.days, l.plain = append(l.days, days...), l.plain && ok
		return "\x02"
	})
	l.plain = l.plain && onSite.ReplaceAllString(rest, "") == ""
	return l
}

// visitDates are the days one mention means: the latest such days not after received. It is not
// ok when one does not exist, is still to come or lies too far back.
func visitDates(found []string, received time.Time) (days []string, ok bool) {
	year, month, list := cmp.Or(found[1], found[4]), cmp.Or(found[2], found[5], found[7]), cmp.Or(found[3], found[6], found[8])
	for _, day := range anyNumber.FindAllString(list, -1) {
		y := received.Year()
		if year != "" {
			y, _ = strconv.Atoi(year) // four digits
		}
		at, err := time.ParseInLocation("2006-1-2", fmt.Sprintf("%d-%s-%s", y, strings.TrimLeft(month, "0"), strings.TrimLeft(day, "0")), received.Location())
		if err == nil && year == "" && at.After(received) {
			at = at.AddDate(-1, 0, 0)
		}
		if err != nil || at.After(received) || received.Sub(at) > oldestVisit*24*time.Hour {
			return nil, false
		}
		days = append(days, at.Format(time.DateOnly))
	}
	return days, true
}

// visitName is one way to write a project.
type visitName struct{ text, project string }

// visitNames are the ways to write the projects, the longest first, so that a name within
// another is not taken for it; a name of two projects is none.
func visitNames(projects []state.Project) []visitName {
	var out []visitName
	owner := map[string]string{}
	for _, p := range projects {
		for _, name := range append([]string{p.ID, p.Name}, p.Aliases...) {
			text := strings.Join(strings.Fields(norm.NFKC.String(name)), "")
			if other, there := owner[text]; text == "" || there && other == p.ID {
				continue
			} else if there {
				out = slices.DeleteFunc(out, func(n visitName) bool { return n.text == text })
				continue
			}
			owner[text] = p.ID
			out = append(out, visitName{text, p.ID})
		}
	}
	slices.SortStableFunc(out, func(a, b visitName) int { return cmp.Or(len(b.text)-len(a.text), cmp.Compare(a.text, b.text)) })
	return out
}
