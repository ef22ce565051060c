package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// The limits of a conversation on the socket.
const (
	maxAsk    = 1 << 20  // bytes of a question
	maxReply  = 64 << 20 // bytes of an answer
	askWithin = 10 * time.Second
	replyBy   = 10 * time.Minute
)

// Question is a command line that a second process hands to the daemon, which holds the
// store.
type Question struct {
	Args []string
	Dir  string // the asking process's working directory, where relative file names start
}

// Reply is what the command printed and how it ended.
type Reply struct {
	Code           int
	Stdout, Stderr []byte
}

// Listen opens the daemon's socket at path, readable by its owner only, and answers
// questions with handle until ctx ends. A socket left by a daemon that died is replaced:
// the caller holds the store's lock, so no other daemon can be listening.
func Listen(ctx context.Context, path string, handle func(context.Context, Question) Reply) (wait func(), err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("replace socket: %w", err)
	}
	short, done, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", short)
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // its name may be the shortened one
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect socket: %w", err), l.Close())
	}
	var busy sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // Accept then returns
	busy.Go(func() {
		defer stop()
		for {
			c, err := l.Accept()
			if err != nil {
				_ = os.Remove(path)
				return
			}
			busy.Go(func() { serve(ctx, c, handle) })
		}
	})
	return busy.Wait, nil
}

func serve(ctx context.Context, c net.Conn, handle func(context.Context, Question) Reply) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(askWithin)) // a deadline that cannot be set shows at the read
	var q Question
	if err := json.NewDecoder(io.LimitReader(c, maxAsk)).Decode(&q); err != nil {
		return // whoever asked has gone, or is not duban
	}
	_ = c.SetDeadline(time.Now().Add(replyBy))
	_ = json.NewEncoder(c).Encode(handle(ctx, q)) // nobody is left to tell when this fails
}

// Ask hands a question to the daemon behind the socket at path. there is false when no
// daemon listens.
func Ask(ctx context.Context, path string, q Question) (r Reply, there bool, err error) {
	short, done, err := shorten(path)
	if err != nil {
		return Reply{}, false, nil // no such folder: no daemon
	}
	defer done()
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unix", short)
	if err != nil {
		return Reply{}, false, nil // refused or absent: no daemon listens
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if err := json.NewEncoder(c).Encode(q); err != nil {
		return Reply{}, true, fmt.Errorf("ask the daemon: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(c, maxReply)).Decode(&r); err != nil {
		return Reply{}, true, fmt.Errorf("hear the daemon: %w", err)
	}
	return r, true, nil
}

// maxSocketName is how long a socket's name may be (sun_path, unix(7)), less its end mark.
const maxSocketName = 107

// shorten gives a name for path that the kernel accepts: the path itself, or one through
// an open descriptor of its folder. done closes that descriptor.
func shorten(path string) (name string, done func(), err error) {
	if len(path) <= maxSocketName {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, fmt.Errorf("open socket folder: %w", err)
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { _ = dir.Close() }, nil
}
