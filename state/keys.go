package state

import (
	"fmt"
	"time"
)

// The whole key space. Every key is built here and nowhere else; parts that sort by time
// have a fixed width.
//
//	meta/schema                       version of this layout
//	meta/sweep                        when the last complete poll of all folders began
//	meta/begun                        when the first complete poll began
//	meta/terms                        Terms: the configuration in words, as the office was last told
//	meta/keepers                      by project, the department the registry named last (move.go)
//	meta/pauses                       by project, the pause the registry named last (pause.go)
//	meta/skew                         Skew: how far the mail server's clock is from ours
//	meta/mailserver                   since when the mail server takes no letter of ours (ailment.go)
//	cursor/<folder>                   Cursor: how far a folder was read
//	census/<folder>                   Census: what its last complete poll counted
//	mail/<sha256>                     Mail: what arrived and what was made of it
//	mailweek/<week>/<received>/<sha>  nothing; the mails of a week in order of receipt
//	content/<sha256>                  the id of the mail that first carried this attachment
//	week/<week>/<dept>                DeptWeek
//	digest/<week>                     Digest as it was sent to the leaders
//	told/<week>                       Digest that a corrected edition replaced, until every reader was told
//	issue/<id>                        Issue
//	issueopen/<project>/<id>          nothing; issues not closed, or going on under another number
//	issueof/<project>/<id>            nothing; the issues of a project
//	issueasked/<day>/<id>             nothing; issues handed over on that day, in UTC
//	meta/issues                       the number of the newest issue
//	entry/<week>/<dept>               nothing; department-weeks not drawn into the ledger yet
//	letter/<key>                      Letter
//	open/<key>                        nothing; letters with a recipient still to be served
//	letterweek/<week>/<key>           nothing; the letters of a week
//	msgid/<message-id>                the key of our letter with this Message-ID
//	filed/<message-id>                Filed: a letter that left after the backup a store was restored from
//	hold/<week>                       Hold: the office's say over the leaders' letter
//	code/<code>                       what a one-time code was given out for: a week's leaders' letter, or a proposal's key
//	proposal/<kind>/…                 Proposal: a draft only the office may let happen
//	change/<week>/<proposal>          Change: a fixed field of the registry, changed from that week on
//	pending/<kind>/…                  nothing; proposals of which something is to be asked, done or told
//	ailment/<kind>                    Ailment: what is wrong with duban and was told
//	column/<dept>/<digest>            the mail that first brought a column the form does not have (extra.go)
//	contact/<address>                 Contact: an address that fails or whose owner is away
//	attention/mail/<sha256>           nothing; mails the office must still be told of
//	attention/letter/<key>            nothing; letters in trouble, likewise
//	explained/<dept>/<project>/<rule>/<column>  Explanation: the last one given
//	circulated/<week>                 how many drafts of the week's circular were made
//	rectify/<circular>/<dept>         Rectification
//	rectifydue/<day>/<circular>/<dept>  nothing; what is to be put right by that day, in UTC
//	plan/<year>                       ToldPlan: the year's plan as the office was last told
//	amend/<week>/<project>/<column>   Amendment: a value the office put in place by hand
//	exempt/<department or project>/<week>  Exemption, from that week on; the older ones have no week
//	permit/<project>/<column>         Permit, as of the last frozen week
//	visit/<project>/<day>             Visit: a day told otherwise than by a weekly report
//	milestone/<project>/<name>        Move: what reports said of a milestone's day, likewise
const (
	schemaVersion = 2 // 1 kept no lists of issues and of what is to be put right

	keySchema        = "meta/schema"
	keySweep         = "meta/sweep"
	keyTerms         = "meta/terms"
	keySkew          = "meta/skew"
	keyOutOfOrder    = "meta/mailserver"
	keyIssues        = "meta/issues"
	prefixCensus     = "census/"
	prefixCursor     = "cursor/"
	prefixMail       = "mail/"
	prefixMailWeek   = "mailweek/"
	prefixContent    = "content/"
	prefixWeek       = "week/"
	prefixDigest     = "digest/"
	prefixTold       = "told/"
	prefixIssue      = "issue/"
	prefixIssueOpen  = "issueopen/"
	prefixIssueOf    = "issueof/"
	prefixIssueAsked = "issueasked/"
	prefixIssueDone  = "issuedone/" // closed, or merged into another, by a word nobody was told of yet
	prefixEntry      = "entry/"
	prefixLetter     = "letter/"
	prefixOpen       = "open/"
	prefixLetterWeek = "letterweek/"
	prefixMsgID      = "msgid/"
	prefixFiled      = "filed/"

	keyBegun              = "meta/begun"
	keyKeepers            = "meta/keepers"
	keyPauses             = "meta/pauses"
	prefixColumn          = "column/"
	prefixContact         = "contact/"
	prefixAttentionMail   = "attention/mail/"
	prefixAttentionLetter = "attention/letter/"
	prefixExplained       = "explained/"
	prefixAmend           = "amend/"
	prefixExempt          = "exempt/"
	prefixPermit          = "permit/"
	prefixMilestone       = "milestone/"
	prefixVisit           = "visit/"
	prefixHold            = "hold/"
	prefixCode            = "code/"
	prefixProposal        = "proposal/"
	prefixPending         = "pending/"
	prefixChange          = "change/"
	prefixAilment         = "ailment/"
	prefixPlan            = "plan/"
	prefixCirculated      = "circulated/"
	prefixRectify         = "rectify/"
	prefixRectifyDue      = "rectifydue/"
)

func keyMailWeek(m Mail) string {
	return fmt.Sprintf("%s%s/%s/%s", prefixMailWeek, m.Week, m.Received.UTC().Format(time.RFC3339Nano), m.ID)
}

func keyDeptWeek(w Week, dept string) string { return prefixWeek + w.String() + "/" + dept }

func keyEntry(w Week, dept string) string { return prefixEntry + w.String() + "/" + dept }

func keyIssueOpen(i Issue) string { return prefixIssueOpen + i.Project + "/" + i.ID }

func keyIssueOf(i Issue) string { return prefixIssueOf + i.Project + "/" + i.ID }

// prefixAskedOn holds the issues that were handed over on the day of t.
func prefixAskedOn(t time.Time) string { return prefixIssueAsked + t.UTC().Format(isoDay) + "/" }

// daysFrom are the days in UTC that lie between two instants, theirs included.
func daysFrom(from, until time.Time) []time.Time {
	const day = 24 * time.Hour
	var out []time.Time
	for at := from.Truncate(day); !at.After(until); at = at.Add(day) {
		out = append(out, at)
	}
	return out
}

func keyLetterWeek(l Letter) string { return prefixLetterWeek + l.Week.String() + "/" + l.Key }
