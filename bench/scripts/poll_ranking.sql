SELECT count(*) FROM jb_poll_ranking(1);
