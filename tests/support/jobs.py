"""Queues and jobs that tests of the job port use."""

from backend.jobs.queue import Job, Queue

QUEUES = (Queue("urgent", 0, 4), Queue("bulk", 1, 4))
INDEX = Job("index", "bulk")
MAIL = Job("mail", "bulk")
SEND = Job("send", "urgent")
