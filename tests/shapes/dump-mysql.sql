-- MySQL dump 10.13
DROP TABLE IF EXISTS `credit_usage`;
CREATE TABLE `credit_usage` (
  `id` int NOT NULL,
  `created_at` datetime NOT NULL,
  `credits` int NOT NULL,
  PRIMARY KEY (`id`)
);
INSERT INTO `credit_usage` VALUES (1,'2026-05-01 10:00:00',12),(2,'2026-05-02 10:00:00',9);
INSERT INTO `credit_usage` VALUES (3,'2026-05-03 10:00:00',1030);
