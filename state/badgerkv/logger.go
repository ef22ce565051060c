package badgerkv

import (
	"fmt"
	"log/slog"
	"strings"
)

// logger hands badger's own lines to slog: its errors and warnings as they are, its
// chatter at debug level. badger logs file names and sizes, never values.
type logger struct{ log *slog.Logger }

func (l logger) Errorf(format string, args ...any) { l.log.Error("badger", "text", line(format, args)) }

func (l logger) Warningf(format string, args ...any) {
	l.log.Warn("badger", "text", line(format, args))
}

func (l logger) Infof(format string, args ...any) { l.log.Debug("badger", "text", line(format, args)) }
func (l logger) Debugf(string, ...any)            {}

func line(format string, args []any) string {
	return strings.TrimSpace(fmt.Sprintf(format, args...))
}
