package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// Words on a request that was handed over: the answer of a department that was asked, and
// whether it solves the problem, from the department that asked. The issue is known by the
// letter that is replied to, by its number in the subject, or, in a mail whose subject says
// that it is an answer, by the one project it names. Where anything is unclear the office
// reads the mail and the ledger stays as it is.

var (
	issueNumber = regexp.MustCompile(`[\[【(〔]\s*(I\d{2,4})\s*[\]】)〕]`)
	// solved and unsolved begin what whoever asked says to an answer.
	solved   = regexp.MustCompile(`^((该|此|本)?(问题|事项|事)?(已经|已|均已|都已)(得到|全部|妥善)?(解决|办结|落实)(了)?|(同意|申请|请予|请|可以|可|予以)?销号(了)?)([。,.!;: ]|$)`)
	unsolved = regexp.MustCompile(`^((该|此|本)?(问题|事项|事)?(尚未|还未|仍未|并未|未|没有|没|还没有|还没|仍没有)(得到|全部|完全)?(解决|办结|落实)(了)?|不同意销号)`)
	// hedged is what makes 已解决 doubtful.
	hedged = regexp.MustCompile(`部分|但|不过|除|尚|还有|未|剩余|一半|基本`)
)

// Bounds of what is kept of an answer.
const (
	longestAnswer = 4000 // characters
	mostFiles     = 20
	longestName   = 100 // characters of a file's name
)

// weeklyForm tells whether a workbook of the mail is a weekly form: it holds a row of a
// project. Anything else beside an answer is only its enclosure.
func weeklyForm(books []state.Book) bool {
	return slices.ContainsFunc(books, func(b state.Book) bool {
		return slices.ContainsFunc(b.Rows(), func(r state.Row) bool { return r.Project != "" })
	})
}

// word takes a mail that speaks to a request. mine is false for every other mail.
func (d Desk) word(r *state.Records, a Arrival, p Place) (v Verdict, mine bool, err error) {
	if p.forged || p.Auto.Kind != "" || len(p.Sender.Depts) == 0 || p.To != nil || d.Schedule == nil || weeklyForm(p.Books) {
		return v, false, nil
	}
	ids, err := d.issuesMeant(r, p, a.Opened.Message)
	if err != nil || len(ids) == 0 {
		return v, false, err
	}
	meant, err := issueMeant(r, ids, p.Dept)
	if err != nil {
		return v, false, err
	}
	all, err := r.OpenIssues()
	if err != nil {
		return v, false, err
	}
	w := state.Word{
		Issue: meant.ID, Mail: a.Mail.ID, By: p.Sender.Addr, At: a.Mail.Received,
		Week: d.Schedule.Running(a.Mail.Received),
	}
	p.Kind, p.Findings, p.Books = state.MailAnswer, nil, nil
	refuse := func(rule, reason string) {
		p.Reason = reason
		v.Mail.Decision = state.DecisionHold
		v.Mail.Findings = []state.Finding{d.Rules.Tell(rule, state.Finding{Found: strings.Join(ids, "、")}, "")}
	}
	v.Mail = a.Mail
	v.Mail.Decision = state.DecisionAccept
	asked, asker := d.roleIn(*meant, all, p.Sender.Depts)
	switch {
	case len(ids) > 1:
		refuse("request-several", "bears the numbers of several issues")
	case asked != "":
		p.Dept, w.Dept = asked, asked
		p.Reason, v.Word = d.answer(a.Opened.Message, w)
		if v.Word == nil && p.Reason == "" {
			refuse("request-unclear", "says nothing to "+meant.ID)
		}
	case asker != "":
		p.Dept, w.Dept = asker, asker
		if p.Reason, v.Word = d.verdictOn(*meant, a.Opened.Message, w); v.Word == nil && p.Reason == "" {
			refuse("request-unclear", "does not say whether "+meant.ID+" is solved")
		}
	default:
		refuse("request-not-asked", meant.ID+" was not handed over to the sender's department")
	}
	decision, findings := v.Mail.Decision, v.Mail.Findings
	d.head(&v.Mail, a.Opened, p)
	v.Mail.Decision, v.Mail.Findings = decision, findings
	return v, true, nil
}

// issueMeant is the issue the last of the numbers names, or the one it goes on under where the
// department was not asked about itself. A number nobody was given is an issue of nobody: the
// office reads the mail.
func issueMeant(r *state.Records, ids []string, dept string) (meant *state.Issue, err error) {
	for _, id := range ids {
		if meant, err = r.Issue(id); err != nil {
			return nil, err
		}
		if meant != nil && meant.Merged != "" && !meant.Asked(dept) {
			if meant, err = r.Issue(meant.Merged); err != nil {
				return nil, err
			}
		}
	}
	if meant == nil {
		meant = &state.Issue{ID: ids[0]}
	}
	return meant, nil
}

// roleIn finds which of the sender's departments was asked, or else which one asked: on its
// own or with an issue that goes on under this number.
func (d Desk) roleIn(i state.Issue, all []state.Issue, depts []string) (asked, asker string) {
	for _, id := range depts {
		switch {
		case i.Asked(id):
			asked = id
		case i.Leader != "": // only the office closes it
		case i.Asker(d.Roster) == id, slices.ContainsFunc(all, func(o state.Issue) bool { return o.Merged == i.ID && o.Asker(d.Roster) == id }):
			asker = id
		}
	}
	return asked, asker
}

// issuesMeant lists the numbers of the issues a mail may speak of.
func (d Desk) issuesMeant(r *state.Records, p Place, m Message) ([]string, error) {
	var ids []string
	add := func(id string) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, found := range issueNumber.FindAllStringSubmatch(norm.NFKC.String(m.Subject), -1) {
		add(found[1])
	}
	if len(ids) > 0 {
		return ids, nil
	}
	about := []state.Topic{state.TopicRequest, state.TopicRequestDue, state.TopicAnswered, state.TopicClosed, state.TopicUrgent}
	l, err := referredTo(r, m, func(l *state.Letter) bool { return slices.Contains(about, l.Kind) })
	if err != nil {
		return nil, err
	}
	if l != nil {
		return []string{strings.Split(l.Key, "/")[1]}, nil
	}
	if p.Kind != state.MailAnswer || !answerWords.MatchString(replyPrefix.ReplaceAllString(m.Subject, "")) {
		return nil, nil
	}
	issues, err := r.OpenIssues()
	if err != nil {
		return nil, err
	}
	for _, i := range issues {
		if ask := i.LastAsk(); i.Open() && ask != nil && len(ask.Answers) == 0 && i.Asked(p.Dept) && d.namedIn(m.Subject, i.Project) {
			add(i.ID)
		}
	}
	return ids, nil
}

// namedIn tells whether a subject names a project.
func (d Desk) namedIn(subject, project string) bool {
	p := d.Roster.Project(project)
	if p == nil {
		return false
	}
	subject = foldName(subject)
	return slices.ContainsFunc(append([]string{p.ID, p.Name}, p.Aliases...), func(n string) bool {
		return n != "" && strings.Contains(subject, foldName(n))
	})
}

// answer reads the answer of a department that was asked. 收到 alone is none: the clock runs on.
func (d Desk) answer(m Message, w state.Word) (reason string, word *state.Word) {
	w.Files = enclosedNames(m)
	w.Text = cutRunes(strings.TrimSpace(m.Text), longestAnswer)
	switch {
	case w.Text == "" && len(w.Files) == 0:
		return "", nil
	case len(w.Files) == 0 && acknowledges(m):
		return "says no more than that the request came", nil
	}
	w.Kind = state.WordAnswer
	return "answers the request of " + w.Issue, &w
}

// verdictOn reads whether whoever asked calls the problem solved.
func (d Desk) verdictOn(i state.Issue, m Message, w state.Word) (reason string, word *state.Word) {
	text := strings.TrimSpace(norm.NFKC.String(m.Text))
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.TrimLeft(strings.TrimSpace(first), `"'“‘「【[`)
	first = strings.TrimSpace(first)
	ask := i.LastAsk()
	switch {
	case !i.Open() && (solved.MatchString(first) || acknowledges(m)):
		return "speaks of " + i.ID + ", which is closed", nil
	case i.Open() && unsolved.MatchString(first) && ask != nil && len(ask.Answers) > 0:
		w.Kind = state.WordUnsolved
		w.Text = strings.Trim(unsolved.ReplaceAllString(first, ""), " 。,.;:、!")
		if w.Text == "" {
			w.Text, _, _ = strings.Cut(strings.TrimSpace(rest), "\n")
		}
		if w.Text = cutRunes(strings.TrimSpace(w.Text), longestReason); w.Text == "" {
			w.Text = "没有写明原因"
		}
	case i.Open() && solved.MatchString(first) && !hedged.MatchString(first):
		w.Kind, w.Text = state.WordSolved, cutRunes(first, longestReason)
	case acknowledges(m):
		return "says no more than that the letter came", nil
	default:
		return "", nil
	}
	return fmt.Sprintf("says that %s is %s", i.ID, w.Kind), &w
}
