package demo

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"
)

// Word is what the office has to say to a letter that asks it.
type Word struct {
	Key    string // of the letter
	Matter string // what it is about, in Chinese
	Asked  time.Time
	At     time.Time // of the answer; zero when there is none
	Say    string    // 暂缓, 发送, 同意, 不同意; "" for silence
	Raw    []byte    // the mail that says so
}

// asksWord finds in a letter what its reader may answer, and the one-time code for it.
var asksWord = regexp.MustCompile(`正文第一行写:(暂缓|发送|同意) (\d{8})`)

// Answer is what the clerk of the office makes of a letter that reached the office's mailbox
// at an instant: drawn from the year's seed, but read from the letter as a person does. It is
// nil for a letter that asks nothing, and for a preview that is simply let go.
func (y *Year) Answer(office string, l Letter, at time.Time) *Word {
	asked := asksWord.FindSubmatch(l.Text)
	if asked == nil {
		return nil
	}
	w := &Word{Key: l.Key, Matter: matter(l), Asked: at}
	at = at.Truncate(time.Minute)
	holds, release := y.Holds(weekIn(l.Key))
	switch may := string(asked[1]); {
	case may == "暂缓" && l.Kind == "preview":
		if !holds {
			return nil
		}
		w.Say, w.At = may, at.Add(HoldsAfter)
	case may == "发送": // held; the next week's letter may make it pointless
		if release > 0 {
			w.Say, w.At = may, at.Add(release)
		}
	case may == "同意":
		w.Say, w.At = y.Agrees(l.Key), at.Add(AgreesAfter)
	default:
		return nil
	}
	if w.Say == "" {
		w.At = time.Time{}
		return w
	}
	h := fnv.New64()
	h.Write([]byte(l.Key))
	w.Raw = officeWord(office, strings.Trim(token.FindString(l.Subject), "[]"), w.Say, string(asked[2]), fmt.Sprintf("%x.%d", h.Sum64(), w.At.Unix()))
	return w
}

// How long the office takes for its word: on a preview, and on a proposal.
const (
	HoldsAfter  = 8 * time.Minute
	AgreesAfter = 4 * time.Minute
)

// Holds reports whether the office holds a week's leaders' letter when it has read the preview,
// and how long after that was confirmed it releases it; zero for never.
func (y *Year) Holds(week string) (holds bool, release time.Duration) {
	rng := y.dice(week)
	holds = rng.IntN(6) == 0
	if rng.IntN(3) > 0 {
		release = time.Duration(1+rng.IntN(500)) * time.Minute
	}
	return holds, release
}

// Agrees is the office's word on the proposal of a letter: 同意, 不同意, or "" for silence.
func (y *Year) Agrees(key string) string {
	return []string{"", "不同意", "同意", "同意"}[y.dice(Wordless(key)).IntN(4)]
}

// Wordless is a key without the digest of the words a request would be handed over in.
func Wordless(key string) string { return handover.ReplaceAllString(key, "$1") }

var handover = regexp.MustCompile(`(handover-I\d+-\d+)-[0-9a-f]+`)

// dice are one set for each matter, the same in every performance of a seed.
func (y *Year) dice(matter string) *rand.Rand {
	h := fnv.New64()
	h.Write([]byte(matter))
	return rand.New(rand.NewPCG(y.Seed, h.Sum64()))
}

// weekIn is the week a letter's key names, or "".
func weekIn(key string) string {
	parts := strings.Split(key, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

var token = regexp.MustCompile(`\[[^\]]*\]$`)

// matter is what a letter asks about: its subject without its brackets, or the leaders' letter
// of a week.
func matter(l Letter) string {
	subject := strings.TrimSpace(token.ReplaceAllString(l.Subject, ""))
	if _, rest, bracketed := strings.Cut(subject, "】"); bracketed {
		subject = rest
	}
	if l.Kind == "proposal" {
		return subject
	}
	week, _, _ := strings.Cut(subject, "周")
	return week + "周领导周报"
}
