package demo

import (
	"fmt"
	"strings"
	"time"
)

// How a department answers a circular 通报 that names it.

// Rectification is what a department does about it.
type Rectification int

// What it does.
const (
	Ignores Rectification = iota
	Writes                // it replies to the circular
	Phones                // the office finds it done and notes it
)

// Rectifies is what a department does about the circular of a letter, and how long after it.
func (y *Year) Rectifies(key, dept string) (how Rectification, after time.Duration) {
	rng := y.dice(key + " " + dept)
	return Rectification(rng.IntN(3)), time.Duration(60+rng.IntN(7*24*60)) * time.Minute
}

// hearNamed has the department whose head got a circular do about it what it does.
func (d *District) hearNamed(sent Sent) error {
	dept := d.headedBy(sent.To)
	l, err := OpenLetter(sent.Raw)
	if err != nil || dept == nil {
		return err
	}
	no := chineseWeek(weekIn(l.Key)) + "通报"
	tell := func(at time.Time, text string) { d.Steps = append(d.Steps, Step{"通报", no, at, text}) }
	at := sent.At.Truncate(time.Minute)
	tell(at, "印发"+dept.Short)
	how, after := d.Script.Rectifies(l.Key, dept.ID)
	at = Awake(at.Add(after))
	switch how {
	case Writes:
		reply := fmt.Sprintf("In-Reply-To: %s\r\nReferences: %[1]s\r\n", headerOf(sent.Raw, "Message-ID"))
		d.replies(l, dept, at, reply, "通报所列事项已整改到位,今后按时报送。", func(at time.Time) { tell(at, dept.Short+"来信说明整改情况") })
	case Phones:
		d.does(at, func() error {
			tell(at, "办公室记"+dept.Short+"整改到位")
			return d.Rectify(weekIn(l.Key), dept.ID)
		})
	}
	return nil
}

// hearChased notes that a department was told that its time to put things right is over.
func (d *District) hearChased(sent Sent) {
	key := KeyOf(sent.Raw) // rectify/2026-W39/D25/2
	if dept := d.deptAt(sent.To); dept != nil && strings.HasSuffix(key, "/2") {
		d.Steps = append(d.Steps, Step{"通报", chineseWeek(weekIn(key)) + "通报", sent.At, dept.Short + "整改期限已到,没有回音"})
	}
}
