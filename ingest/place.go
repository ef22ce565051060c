package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// Place is where a mail belongs: what it is, whose, and for which week.
type Place struct {
	Kind     state.MailKind
	Reason   string // English, for `duban why`
	Sender   Sender
	Dept     string
	Besides  []string // the sender's further departments whose projects the workbooks report too
	Week     state.Week
	Books    []state.Book    // that count as reports: rows attributed, pictures of the signature left out
	Findings []state.Finding // about the mail, its week and how projects were recognised
	Auto     Automated
	// To is our letter the mail answers by number, and Said what it says to its items.
	To    *state.Letter
	Said  []remark
	wrong map[string]bool // names of workbooks of another week: none of their rows is taken
	// relabelled says that Books are of an earlier mail, and of this week as the department said.
	relabelled bool
	further    bool // Dept is one of the mail's further departments; see shared.go
	forged     bool // the sender is not, or not certainly, who he says: nothing of it is taken
}

// Place decides it. standing is asked only for the department found and the weeks that may
// be meant; nil knows nothing.
func (d Desk) Place(o Opened, received time.Time, standing Standing) Place {
	p := Place{Books: reports(o), wrong: map[string]bool{}}
	p.Auto = Automatic(o.Message, d.Own)
	p.Sender = Identify(o.Message, d.Roster, received)
	if p.Auto.Kind != "" {
		p.Kind, p.Reason = p.Auto.Kind, p.Auto.Reason
		if len(p.Sender.Depts) == 1 {
			p.Dept = p.Sender.Depts[0]
		}
		p.Week = d.filedUnder(nil, received)
		return p
	}
	if d.feigned(o.Message, p.Sender, p.Books) {
		p.Sender.Depts, p.Sender.Doubt = nil, "the name is another office's than the address, and answers would go elsewhere"
	}
	if d.Roster == nil {
		return d.withoutRegistry(p, o, received)
	}
	if len(p.Sender.Depts) == 0 && d.Roster.LeaderByMail(p.Sender.Addr) != nil {
		p.Kind, p.Reason = state.MailOther, "a leader of the registry writes: the office reads it"
		p.Week = d.filedUnder(nil, received)
		d.authenticate(&p, o)
		return p
	}
	if len(p.Sender.Depts) == 0 {
		p.Kind, p.Reason = state.MailUnknown, "the sender's address is not registered"
		rule := "sender-not-registered"
		if p.Sender.Doubt != "" {
			p.Reason, rule = p.Sender.Doubt, "sender-unclear"
		}
		p.Findings = append(p.Findings, d.Rules.Tell(rule, state.Finding{Found: p.Sender.Addr}, ""))
		d.attribute(p.Books) // so that the office sees whose report it may be
		p.Week = d.filedUnder(p.Books, received)
		return p
	}
	if p.Dept = d.whose(p.Books, p.Sender.Depts, received); p.Dept == "" && len(p.Books) == 0 {
		p.Dept = addressed(o.Message, p.Sender.Depts)
	}
	if p.Dept == "" {
		p.Kind, p.Reason = state.MailOther, "the address stands for several departments and the mail does not say which"
		p.Findings = append(p.Findings, d.Rules.Tell("department-unclear", state.Finding{}, ""))
		return p
	}
	d.placeOf(&p, o, received, standing)
	d.authenticate(&p, o)
	return p
}

// placeOf decides the rest for a mail whose department is known.
func (d Desk) placeOf(p *Place, o Opened, received time.Time, standing Standing) {
	p.Findings = append(p.Findings, d.attribute(p.Books, d.mayReport(p)...)...)
	d.placeWeek(p, o.Message.Subject, received, standing)
	p.Kind, p.Reason = d.kind(o, *p, standing)
	if p.Kind == state.MailSubmission {
		d.besides(p)
		d.unitNamed(p, received)
	} else {
		p.Findings = nil // a mail that is no report is not corrected
	}
}

// withoutRegistry places a file of `duban inspect` that no configuration explains.
func (d Desk) withoutRegistry(p Place, o Opened, received time.Time) Place {
	p.Kind = state.MailSubmission
	for _, b := range p.Books {
		if !b.Week.IsZero() {
			p.Week = b.Week
			break
		}
	}
	if len(o.Message.Fields) > 0 && p.Sender.Doubt != "" { // as the daemon would, whoever is registered
		p.Kind, p.Reason = state.MailUnknown, p.Sender.Doubt
		p.Findings = append(p.Findings, d.Rules.Tell("sender-unclear", state.Finding{Found: p.Sender.Addr}, ""))
		return p
	}
	if p.Week.IsZero() {
		p.Week = weekIn(o.Message.Subject, received, nil)
	}
	switch m := o.Message; {
	case issueNumber.MatchString(m.Subject) && !weeklyForm(p.Books):
		p.Kind = state.MailAnswer
	case len(p.Books) > 0 || len(m.Links) > 0:
	case saysNothingNew(m):
		p.Kind = state.MailNil
	case answerWords.MatchString(m.Subject), acknowledges(m):
		p.Kind = state.MailAnswer
	case !reportWords.MatchString(m.Subject) && !reportWords.MatchString(m.Text):
		p.Kind, p.Reason = state.MailOther, "no attachment, and nothing in it speaks of the report"
	}
	return p
}

// filedUnder is the week under which a mail is filed that changes no department's week: the
// one its sheets name, else the last one while it is open, else the current one.
func (d Desk) filedUnder(books []state.Book, received time.Time) state.Week {
	if d.Schedule == nil {
		return state.Week{}
	}
	for _, b := range books {
		if !b.Week.IsZero() {
			return b.Week
		}
	}
	open := d.open(received)
	return open[len(open)-1]
}

// open lists the weeks whose figures may still change, the current one first.
func (d Desk) open(received time.Time) []state.Week {
	current := d.Schedule.Current(received)
	if prev := d.Schedule.Previously(current); !received.After(d.Schedule.FreezeAt(prev)) {
		return []state.Week{current, prev}
	}
	return []state.Week{current}
}

// placeWeek decides the week: what the sheets say, then the subject, then the receipt. Weeks
// whose figures may still change are open; a sheet of any other week is asked about.
func (d Desk) placeWeek(p *Place, subject string, received time.Time, standing Standing) {
	open := d.open(received)
	var foreign []state.Book
	for _, b := range p.Books {
		switch {
		case b.Refused != "" || b.Week.IsZero():
		case slices.Contains(open, b.Week):
			if p.Week.IsZero() {
				p.Week = b.Week
			}
		default:
			foreign = append(foreign, b)
		}
	}
	if p.Week.IsZero() && len(foreign) == 0 {
		if w := weekIn(subject, received, d.Schedule); slices.Contains(open, w) {
			p.Week = w
		}
	}
	if p.Week.IsZero() {
		p.Week = byReceipt(p.Dept, open, standing)
	}
	for _, b := range p.Books {
		if b.Refused == "" && (b.Week != p.Week && !b.Week.IsZero()) {
			p.wrong[b.Name] = true
			p.Findings = append(p.Findings, d.Rules.Tell(rulePeriod, state.Finding{
				Book: b.Name, Sheet: firstSheet(b), Cell: b.WeekCell, Found: weekWords(b, p.Week), Expected: p.Week.Spoken(),
			}, ""))
		}
	}
}

// byReceipt is the week of a mail that names none: the last one while the department still
// owes it or a correction to it, else the current one.
func byReceipt(dept string, open []state.Week, standing Standing) state.Week {
	if len(open) > 1 && standing != nil {
		if s := standing(dept, open[1]); s == nil || s.State == state.Missing || s.State == state.Correcting || s.State == state.Part {
			return open[1]
		}
	}
	return open[0]
}

func firstSheet(b state.Book) string {
	for _, s := range b.Sheets {
		if s.Skipped == "" {
			return s.Name
		}
	}
	return ""
}

// weekWords is the week a sheet names, with the year where that is what differs, and with the
// day the sheet names where it names no week: the department finds only that in its sheet.
func weekWords(b state.Book, want state.Week) string {
	if b.WeekText != "" && !strings.Contains(b.WeekText, "周") {
		return fmt.Sprintf("%s(%s)", b.WeekText, b.Week.Spoken())
	}
	if b.Week.Year != want.Year {
		return fmt.Sprintf("%d年第%d周", b.Week.Year, b.Week.No)
	}
	return b.Week.Spoken()
}

var (
	subjectWeek = regexp.MustCompile(`(?:(20\d\d)\s*年\s*)?第\s*(\d{1,2})\s*周`)
	subjectISO  = regexp.MustCompile(`(20\d\d)-?[Ww](\d{2})`)
	subjectDay  = regexp.MustCompile(`(\d{1,2})月(\d{1,2})日`)
)

// weekIn reads a week from the subject of a mail received at a time: its number, or a day that
// lies in it. Zero when it says none.
func weekIn(subject string, received time.Time, s *state.Schedule) state.Week {
	if m := subjectISO.FindStringSubmatch(subject); m != nil {
		if w, err := state.ParseWeek(m[1] + "-W" + m[2]); err == nil {
			return w
		}
	}
	if m := subjectWeek.FindStringSubmatch(subject); m != nil {
		if w := nearestWeek(m[1], m[2], received); !w.IsZero() {
			return w
		}
	}
	if m := subjectDay.FindStringSubmatch(subject); m != nil && s != nil {
		month, _ := strconv.Atoi(m[1])
		dayNo, _ := strconv.Atoi(m[2])
		if month >= 1 && month <= 12 && dayNo >= 1 && dayNo <= 31 {
			return s.Current(time.Date(received.In(s.Zone).Year(), time.Month(month), dayNo, 12, 0, 0, 0, s.Zone))
		}
	}
	return state.Week{}
}

// nearestWeek is the week of a number, in the year the subject names, else in the one that
// brings it nearest to the receipt: in January 第53周 is last year's.
func nearestWeek(year, no string, received time.Time) state.Week {
	var best state.Week
	away := func(w state.Week) time.Duration { return received.Sub(w.Monday(received.Location())).Abs() }
	for y := received.Year() - 1; y <= received.Year()+1; y++ {
		w, err := state.ParseWeek(fmt.Sprintf("%04d-W%s", y, strings.Repeat("0", 2-len(no))+no))
		if err != nil || year != "" && year != strconv.Itoa(y) {
			continue
		}
		if best.IsZero() || away(w) < away(best) {
			best = w
		}
	}
	return best
}

// unitNamed asks about a sheet that names another registered department than the sender's.
func (d Desk) unitNamed(p *Place, received time.Time) {
	for _, b := range p.Books {
		named := d.Roster.Named(b.UnitName, received, foldName)
		may := func(id string) bool { return slices.Contains(d.mayReport(p), id) }
		if len(named) > 0 && !slices.ContainsFunc(named, may) {
			p.Findings = append(p.Findings, d.Rules.Tell("unit-mismatch", state.Finding{
				Book: b.Name, Sheet: firstSheet(b), Found: b.UnitName, Expected: d.nameOf(p.Dept),
			}, ""))
		}
	}
}
