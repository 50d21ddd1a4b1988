package rsmap

// CronJobs name time zones, which Windows and minimal images do not have.
import _ "time/tzdata"
