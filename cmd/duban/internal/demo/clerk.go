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
	h := fnv.New64()
	h.Write([]byte(l.Key))
	rng := rand.New(rand.NewPCG(y.Seed, h.Sum64()))
	w := &Word{Key: l.Key, Matter: matter(l), Asked: at}
	switch may := string(asked[1]); {
	case may == "暂缓" && l.Kind == "preview":
		if rng.IntN(6) > 0 {
			return nil
		}
		w.Say, w.At = may, at.Add(8*time.Minute)
	case may == "发送": // held; the next week's letter may make it pointless
		if rng.IntN(3) > 0 {
			w.Say, w.At = may, at.Add(time.Duration(30+rng.IntN(500))*time.Minute)
		}
	case may == "同意":
		if n := rng.IntN(4); n > 0 {
			w.Say, w.At = may, at.Add(4*time.Minute)
			if n == 1 {
				w.Say = "不同意"
			}
		}
	default:
		return nil
	}
	if w.Say != "" {
		w.Raw = OfficeWord(office, strings.Trim(token.FindString(l.Subject), "[]"), w.Say, string(asked[2]), fmt.Sprintf("%x.%d", h.Sum64(), w.At.Unix()))
	}
	return w
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
