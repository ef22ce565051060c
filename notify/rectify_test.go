package notify_test

import (
	"testing"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// Who was reminded already keeps nobody behind him in the list from being reminded.
func TestEveryRectificationIsCalledToMind(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	owes := func(circular, dept string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutRectification(state.Rectification{Circular: circular, Week: week38, Dept: dept, What: []string{"迟报"}, Due: clock("09-17 18:00")})
		}
	}
	d.tick(clock("09-16 15:01"), owes("circular/2026-W38/departments/1", "D01"))
	d.want("the first", "rectify/2026-W38/D01/1 fgtj", "rectify/2026-W38/D01/1 fgtj-head")
	d.tick(clock("09-16 15:03"), owes("circular/2026-W38/departments/2", "D02"))
	d.want("and who came after", "rectify/2026-W38/D02/1 swj", "rectify/2026-W38/D02/1 swj-head")
	d.tick(clock("09-16 15:05"))
	d.want("each once")
}
