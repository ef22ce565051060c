package demo

import (
	"fmt"
	"math/rand/v2"
	"mime"
	"regexp"
	"strings"
	"time"

	"duban/state"
)

// Which projects their lead leaders visit in a month, and how duban hears of it: from the
// department's report of the week, or from the leader's contact when he is reminded.

// drawVisits draws the visits reports tell of: in a month a leader visits none of his projects,
// most of them before the middle, or some now and then.
func (y *Year) drawVisits(rng *rand.Rand, roster *state.Roster) {
	y.visits = map[string]time.Time{}
	for _, l := range roster.Leaders {
		var month time.Month
		mood := 0
		for i, w := range y.Weeks {
			day := w.Form.AddDate(0, 0, -rng.IntN(3))
			if i > 0 && !day.After(y.Weeks[i-1].Due) {
				day = w.Form
			}
			if m := day.Month(); m != month {
				month, mood = m, rng.IntN(4)
			}
			for _, p := range roster.Projects {
				n := rng.IntN(12)
				if goes := []int{0, 9, 3, 3}[mood]; p.LeadLeader == l.ID && n < goes && (i == 0 || day.After(y.Weeks[i-1].Due)) {
					y.visits[w.Name+" "+p.ID] = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, Zone)
				}
			}
		}
	}
}

// VisitIn is the day on which a project was visited, as far as a report of a week tells that is
// written at an instant; zero for none.
func (y *Year) VisitIn(week, project string, at time.Time) time.Time {
	if day := y.visits[week+" "+project]; !day.After(at) {
		return day
	}
	return time.Time{}
}

// Recalls is which of the projects a reminder lists were visited, as the leader's contact says
// in reply, and how long after the reminder; none for no reply.
func (y *Year) Recalls(key string, left []string) (visited []string, after time.Duration) {
	rng := y.dice(key)
	after = time.Duration(20+rng.IntN(3*24*60)) * time.Minute
	switch mood := rng.IntN(4); {
	case mood == 0:
	case mood == 1:
		visited = left
	default:
		for _, id := range left {
			if rng.IntN(2) == 0 {
				visited = append(visited, id)
			}
		}
	}
	return visited, after
}

// listed finds the projects a letter names in its list.
var listed = regexp.MustCompile(`〔(LC[0-9-]+)〕`)

// hearReminded has the contact of a leader who was reminded of visits reply.
func (d *District) hearReminded(sent Sent) error {
	key := KeyOf(sent.Raw)
	parts := strings.Split(key, "/") // visit/2026-09/L05/1
	if len(parts) < 4 {
		return nil // the office's list
	}
	l, err := OpenLetter(sent.Raw)
	if err != nil {
		return fmt.Errorf("hear what a leader was reminded of: %w", err)
	}
	var left []string
	for _, found := range listed.FindAllSubmatch(l.Text, -1) {
		left = append(left, string(found[1]))
	}
	visited, after := d.Script.Recalls(key, left)
	if len(visited) == 0 {
		return nil
	}
	on := sent.At.In(Zone).Format("1月2日")
	at := Awake(sent.At.Truncate(time.Minute).Add(after))
	raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@year.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s %s\r\n",
		sent.To[0], d.Books.Office, mime.BEncoding.Encode("utf-8", "回复:"+l.Subject), strings.ReplaceAll(key, "/", "."), strings.Join(visited, " "+on+"\r\n"), on)
	d.does(at, func() error {
		d.Steps = append(d.Steps, Step{"督导", parts[2], at, fmt.Sprintf("回复提醒,%d个项目已到场", len(visited))})
		return d.Deliver(raw)
	})
	return nil
}
