package state_test

import (
	"testing"

	"duban/state"
)

// A census finds mail that came in and was not read, and is not misled by mail read ahead of
// its count, by mail somebody deleted, or by a mailbox that moved.
func TestACensusFindsMailThatWasNotRead(t *testing.T) {
	type poll struct{ exists, read uint32 } // in the folder when it began; taken in all when it ended
	for _, c := range []struct {
		name  string
		polls []poll
		want  int
	}{
		{"every mail read", []poll{{100, 30}, {103, 33}, {103, 33}}, 0},
		{"two came and one was read", []poll{{100, 30}, {102, 31}}, 1},
		{"and the other later", []poll{{100, 30}, {102, 31}, {102, 32}}, 0},
		{"one arrived during the poll", []poll{{100, 30}, {100, 31}, {101, 31}}, 0},
		{"old mail deleted hides nothing of tomorrow", []poll{{100, 30}, {60, 30}, {61, 30}}, 1},
		{"deleted while new mail came", []poll{{100, 30}, {95, 32}, {96, 33}}, 0},
	} {
		var census state.Census
		for _, p := range c.polls {
			census = census.Next(7, p.exists, p.read)
		}
		if got := max(0, census.Unread); got != c.want {
			t.Errorf("%s: %d unread, want %d", c.name, got, c.want)
		}
	}
	moved := state.Census{UIDValidity: 7, Exists: 10, Read: 10}.Next(8, 50, 12)
	if moved.Unread != 0 {
		t.Errorf("a mailbox under another UIDVALIDITY: %d unread", moved.Unread)
	}
}
